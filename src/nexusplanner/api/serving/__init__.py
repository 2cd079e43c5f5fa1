"""What surrounds the routes: health, pages, reference and middleware."""
