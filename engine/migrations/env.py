"""Alembic's entry: run the scripts on the connection, and in the transaction, of ``engine.schema``."""

from alembic import context

from engine.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
