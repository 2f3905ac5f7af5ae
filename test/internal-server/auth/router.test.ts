import { expect } from 'chai';
import { access } from '../../../internal-server/auth/access';
import { createRouter, joinRouters } from '../../../internal-server/auth/router';

const nothing = () => undefined;

describe('createRouter', () => {
  it('refuses a route that has no rule', () => {
    const router = createRouter();
    router.get('/leads', nothing);
    expect(() => {
      router.get('/secrets', nothing);
    }).to.throw('There is no access rule for GET /secrets');
    expect(() => {
      router.delete('/leads', nothing);
    }).to.throw('There is no access rule for DELETE /leads');
    expect(router.names).to.deep.equal(['GET /leads']);
  });
});

describe('joinRouters', () => {
  it('refuses a rule that has no route', () => {
    const routers = Object.keys(access).map((name) => {
      const [method, path] = name.split(' ') as [string, string];
      const router = createRouter();
      router[method.toLowerCase() as 'get'](path, nothing);
      return router;
    });
    expect(() => joinRouters(routers)).to.not.throw();
    expect(() => joinRouters(routers.slice(1))).to.throw(
      'There is no route for the access rule GET /',
    );
  });
});
