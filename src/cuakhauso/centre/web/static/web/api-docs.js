// The page of the open API: Swagger UI over our own description; tries run with the reader's own session.
const docs = document.getElementById("docs");
window.SwaggerUIBundle({
  url: docs.dataset.schema,
  domNode: docs,
  deepLinking: true,
  validatorUrl: null,
  requestInterceptor(request) {
    request.headers["X-CSRFToken"] = docs.dataset.csrf;
    return request;
  },
});
