"""The world as data: tables with sources, their loader, and made-up worlds of any size."""
