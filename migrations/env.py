"""Run migrations on the connection that campaign/storage/migrate.py hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=False)
with context.begin_transaction():
    context.run_migrations()
