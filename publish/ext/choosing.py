"""The script and the style of chapter 12's table and chooser, on the page that shows them."""


def setup(app):
    app.connect("html-page-context", load_where_shown)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def load_where_shown(app, page, template, context, doctree):
    if 'class="loss-' in context.get("body", ""):
        app.add_js_file("choosing.js", defer="defer")
        app.add_css_file("choosing.css")
