"""Raw record -> ECS: one file per log format."""
