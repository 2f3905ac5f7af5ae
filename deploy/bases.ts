/** An image that ours are built from, as the Dockerfile names it: `image:tag@sha256:…`. */
export interface Base {
  stage: string;
  image: string;
  tag: string;
  /** Undefined while it is not pinned. */
  digest: string | undefined;
}

const from = /^FROM[ \t]+(?:--\S+[ \t]+)*(\S+)(?:[ \t]+AS[ \t]+(\S+))?[ \t]*$/gim;
const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** Returns the bases of a Dockerfile. Throws when one has no tag, or a digest that is none. */
export function readBases(dockerfile: string): Base[] {
  const stages = new Set<string>();
  const bases: Base[] = [];
  for (const [, name = '', stage = ''] of dockerfile.matchAll(from)) {
    if (!stages.has(name) && name !== 'scratch') bases.push(toBase(name, stage));
    stages.add(stage);
  }
  return bases;
}

function toBase(name: string, stage: string): Base {
  const [, image, tag, digest] = /^([^@]+?):([\w.-]+)(?:@(.*))?$/.exec(name) ?? [];
  if (!image || !tag) throw new Error(`${name} must be named with a tag, as in image:tag`);
  if (digest !== undefined && !digestPattern.test(digest)) {
    throw new Error(`${image}:${tag} must have a digest like sha256: and 64 hexadecimal digits`);
  }
  return { stage, image, tag, digest };
}

/** Returns the Dockerfile with these digests, given by `image:tag`. */
export function pinBases(dockerfile: string, digests: ReadonlyMap<string, string>): string {
  return dockerfile.replace(from, (line, name: string) => {
    const [tagged = ''] = name.split('@');
    const digest = digests.get(tagged);
    return digest === undefined ? line : line.replace(name, () => `${tagged}@${digest}`);
  });
}
