"""What the stores' triggers say when they refuse a row: any client shows it to its user.

One sentence in both languages, since a trigger knows no user's language.
"""

NOTHING_THERE = "verweist auf nichts / refers to nothing"
STILL_USED = "wird noch verwendet / is still in use"
FROZEN = "bleibt, wie es ist / stays as it is"
KEEPS_UUID = "uuid: unveränderlich / never changes"
NO_SUCH_ASSET = "asset_uuid: kein solches Objekt / no such asset"
