import { createHash } from 'node:crypto';

const accepted = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const timeoutMs = 30_000;

/**
 * Asks the registry for the digest that a tag has now: that of the list of its platforms, where there
 * is one. `registryUrl` is asked instead of the registry that the image's name means.
 */
export async function lookUpDigest(
  image: string,
  tag: string,
  registryUrl?: string,
): Promise<string> {
  const { registry, repository } = locate(image);
  const url = `${registryUrl ?? registry}/v2/${repository}/manifests/${tag}`;
  const signedOut = await get(url, { Accept: accepted });
  const challenge = signedOut.headers.get('www-authenticate') ?? '';
  const response =
    signedOut.status === 401
      ? await get(url, { Accept: accepted, Authorization: `Bearer ${await signIn(challenge)}` })
      : signedOut;
  if (!response.ok) throw new Error(`the registry answered ${response.status}`);
  const body = Buffer.from(await response.arrayBuffer());
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
  const stated = response.headers.get('docker-content-digest') ?? digest;
  if (stated !== digest)
    throw new Error('the registry answered with another digest than it states');
  return digest;
}

/** As Docker reads names: what has no host in front belongs to Docker Hub. */
function locate(image: string) {
  const [first = '', ...rest] = image.split('/');
  const hasHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const host = hasHost ? first : 'docker.io';
  const repository = hasHost ? rest.join('/') : image;
  if (host !== 'docker.io') return { registry: `https://${host}`, repository };
  const official = repository.includes('/') ? repository : `library/${repository}`;
  return { registry: 'https://registry-1.docker.io', repository: official };
}

/** Returns an anonymous token from where the challenge says (the registry's token authentication). */
async function signIn(challenge: string): Promise<string> {
  const given = new Map(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
  const realm = given.get('realm');
  if (!/^Bearer /i.test(challenge) || !realm) throw new Error('the registry asks for a password');
  const url = new URL(realm);
  for (const name of ['service', 'scope']) url.searchParams.set(name, given.get(name) ?? '');
  const response = await get(url.href, {});
  if (!response.ok) throw new Error(`the registry's sign-in answered ${response.status}`);
  const { token, access_token } = (await response.json()) as Record<string, string | undefined>;
  const found = token ?? access_token;
  if (!found) throw new Error("the registry's sign-in returned no token");
  return found;
}

function get(url: string, headers: Record<string, string>): Promise<Response> {
  return fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
}
