"""What FTP servers have in common: files sent, fetched, made and removed."""

from __future__ import annotations

from watchfloor.parsers.plugin import Fields

UPLOAD: Fields = {"event.category": ["file"], "event.type": ["creation"], "event.action": "upload"}
DOWNLOAD: Fields = {"event.category": ["file"], "event.type": ["access"], "event.action": "download"}
DELETE: Fields = {"event.category": ["file"], "event.type": ["deletion"], "event.action": "delete"}
RENAME: Fields = {"event.category": ["file"], "event.type": ["change"], "event.action": "rename"}
MAKE: Fields = {"event.category": ["file"], "event.type": ["creation"], "event.action": "mkdir"}
REMOVE: Fields = {"event.category": ["file"], "event.type": ["deletion"], "event.action": "rmdir"}
MODE: Fields = {"event.category": ["file"], "event.type": ["change"], "event.action": "chmod"}
DONE: Fields = {"event.outcome": "success"}
FAILED: Fields = {"event.outcome": "failure"}
