"""Weeks of made-up companies whose truth is known, as the raw log files that real servers would have written.

`clock`, `logs`, `people`, `internet` and `world` are the engine; `products` write lines as one product each does;
`life` and `attacks` say what happens; `companies` say who is there and which products they run. Rules are judged by
what `attacks.yml` beside the logs says. Nothing here is used by the engine that detects.
"""
