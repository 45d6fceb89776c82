"""The application: ``flask --app app …`` finds it here, ``python app.py`` serves it."""

from lms.cli.serving import serve
from lms.factory import create_app

app = create_app()

if __name__ == "__main__":
    serve(app)
