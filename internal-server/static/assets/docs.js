'use strict';

window.SwaggerUIBundle({
  url: '/openapi.json',
  domNode: document.getElementById('api'),
  deepLinking: true,
  validatorUrl: null, // nothing of ours goes to another site
});
