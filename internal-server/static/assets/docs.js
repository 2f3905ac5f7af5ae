'use strict';

window.SwaggerUIBundle({
  url: '/openapi.json',
  domNode: document.getElementById('api'),
  deepLinking: true,
  validatorUrl: null, // else swagger-ui sends the API's description to another site
});
