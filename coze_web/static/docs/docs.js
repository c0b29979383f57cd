// The page of the API's description: Swagger UI, which sends nothing to others.

const home = document.getElementById("docs");

globalThis.SwaggerUIBundle({
  url: home.dataset.document,
  domNode: home,
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
});
