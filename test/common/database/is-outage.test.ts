import { expect } from 'chai';
import { isOutage } from '../../../common/database/is-outage';

const outages = `
  08006 08P01 25006 25P03 25P04 26000 28000 28P01 3D000 40001 40P01 42P05 53100 53300 57014 57P01
  57P02 57P03 57P05 58030
  ECONNREFUSED ECONNRESET EAI_AGAIN ENOTFOUND EPIPE EPROTO ETIMEDOUT ENOSPC EROFS
  ERR_STREAM_PREMATURE_CLOSE ERR_SSL_WRONG_VERSION_NUMBER ERR_TLS_CERT_ALTNAME_INVALID
  CERT_HAS_EXPIRED CERT_NOT_YET_VALID DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY UNABLE_TO_VERIFY_LEAF_SIGNATURE INVALID_CA HOSTNAME_MISMATCH
  503 404`;

const bugs = `
  0A000 22001 23505 25P02 42501 42601 42P01 42703 LI409 XX000 XX001
  ERR_INVALID_ARG_TYPE ERR_ASSERTION LIMIT_FILE_SIZE MODULE_NOT_FOUND 12`;

const errorWith = (code: unknown) => Object.assign(new Error('it failed'), { code });
const words = (text: string) => text.trim().split(/\s+/);

describe('isOutage', () => {
  for (const code of words(outages)) {
    it(`is true for ${code}`, () => expect(isOutage(errorWith(code))).to.equal(true));
  }
  for (const code of words(bugs)) {
    it(`is false for ${code}`, () => expect(isOutage(errorWith(code))).to.equal(false));
  }

  it('goes by the status of a response before the code', () => {
    const error = (response: object) => Object.assign(errorWith('UNAVAILABLE'), { response });
    expect(isOutage(error({ statusCode: 503 }))).to.equal(true);
    expect(isOutage(error({ status: 429 }))).to.equal(true);
    expect(isOutage(error({}))).to.equal(false);
  });
});
