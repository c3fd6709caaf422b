"""Parsers of what routers, switches and flow collectors say."""
