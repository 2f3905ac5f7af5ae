import helmet from 'koa-helmet';
import type { Middleware } from 'koa';

interface Options {
  overHttps: boolean;
  framesOwn?: boolean;
}

/**
 * Allows nothing inline, nothing from other sites, and no frames but, with `framesOwn`, our own.
 * `overHttps` says whether browsers reach this server over https: HSTS would lock out those that do
 * not.
 */
export function securityHeaders({ overHttps, framesOwn = false }: Options): Middleware {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        ...(framesOwn && { frameSrc: ["'self'"] }),
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // With no-referrer, browsers would send `Origin: null` with our own forms.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: overHttps,
    xFrameOptions: { action: 'deny' },
  });
}
