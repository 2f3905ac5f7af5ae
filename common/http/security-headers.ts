import helmet from 'koa-helmet';
import type { Middleware } from 'koa';

/**
 * For every answer: nothing inline, nothing from elsewhere, no frames. `overHttps` says whether the
 * browser reaches this server by https; over plain http, HSTS and upgrades would lock it out.
 */
export function securityHeaders({ overHttps }: { overHttps: boolean }): Middleware {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // no-referrer would make the browser send `Origin: null` with our own forms.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: overHttps,
    xFrameOptions: { action: 'deny' },
  });
}
