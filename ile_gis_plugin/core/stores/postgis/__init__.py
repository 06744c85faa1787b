"""The register as one schema of a PostgreSQL database with PostGIS."""
