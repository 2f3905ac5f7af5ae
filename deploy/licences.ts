import parse, { type Info } from 'spdx-expression-parse';
import type { InstalledPackage } from './installed-packages';

/** What any package may have, those that only develop and test included. */
const allowed = [
  ...['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC'],
  ...['MIT', 'MIT-0', 'PSF-2.0', 'Python-2.0', 'Unlicense', 'Zlib'],
];

interface Exception {
  /** What the package declares; undefined where it declares nothing. */
  license: string | undefined;
  reason: string;
}

/** Packages with another licence, by name, for as long as they declare that one. */
export const exceptions: Readonly<Record<string, Exception>> = {
  'axe-core': {
    license: 'MPL-2.0',
    reason: 'runs in tests only, unchanged, and is in no image',
  },
  duck: {
    license: 'BSD',
    reason: 'is BSD-2-Clause, as its LICENSE says; part of mammoth',
  },
  'spdx-exceptions': {
    license: 'CC-BY-3.0',
    reason: 'a list of names for the check of licences, and is in no image',
  },
};

/** Returns a line for each package that has no licence which is allowed, with what to do. */
export function licenceProblems(
  packages: readonly InstalledPackage[],
  except: Readonly<Record<string, Exception>> = exceptions,
): string[] {
  const unused = Object.keys(except).filter(
    (name) => !packages.some((each) => each.name === name && isExcepted(each, except)),
  );
  return [
    ...packages
      .filter((each) => !isAllowed(each.license) && !isExcepted(each, except))
      .map(
        ({ name, version, license, at }) =>
          `${name} ${version} (${at}) ${license === undefined ? 'declares no licence' : `has the licence ${license}`}: ` +
          'use another package, or allow it in deploy/licences.ts with a reason',
      ),
    ...unused.map(
      (name) => `${name} needs no exception any more: remove it from deploy/licences.ts`,
    ),
  ];
}

function isExcepted({ name, license }: InstalledPackage, except: typeof exceptions): boolean {
  return Object.hasOwn(except, name) && except[name]?.license === license;
}

/** Reads an SPDX expression: one side of OR is enough, AND needs both. */
export function isAllowed(license: string | undefined): boolean {
  try {
    return license !== undefined && satisfies(parse(license));
  } catch {
    return false; // `SEE LICENSE IN …`, `UNLICENSED`, or nothing that SPDX knows
  }
}

/** An exception (WITH) only adds to what one may do; `+` allows later versions besides. */
function satisfies(info: Info): boolean {
  if ('license' in info) return allowed.includes(info.license);
  const sides = [info.left, info.right];
  return info.conjunction === 'or' ? sides.some(satisfies) : sides.every(satisfies);
}
