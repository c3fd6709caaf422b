"""The relational store of a home: engine, tables, migrations, the lease of the one writer."""
