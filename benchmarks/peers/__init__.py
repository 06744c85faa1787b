"""The programs that this project is compared with: their installation, and a PostGIS server."""
