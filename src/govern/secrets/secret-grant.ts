// A secret that a person gives to one host: by its reference, for the calls of a project or session that are judged to reach that host.
import { Failure } from "#base/failure.ts";
import { parseReference, referenceText, type SecretReference, VARIABLE } from "./reference.ts";

/** `variable`: where calls find what stands for it. `host`: the one host, at the usual port of https. */
export type SecretGrant = {
  readonly variable: string;
  readonly reference: SecretReference;
  readonly host: string;
};

const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const WORDS = /^(\w+)=(\S+) to (\S+)$/;
/** Names that hosts of a machine or network of its own have: nobody vouches for who answers there. */
const OWN = /(?:^|\.)(?:localhost|local|localdomain|internal|lan|home\.arpa)$/;
const HOST_CHARS_MAX = 150;

/** The grant that a person asked for. Throws a Failure `usage` that says what is wrong. */
export function secretGrant(given: {
  readonly variable: string;
  readonly reference: string;
  readonly host: string;
}): SecretGrant {
  const { variable, host } = given;
  if (!VARIABLE.test(variable) || variable.length > 64)
    throw usage("a secret is given by the name of a variable: letters, digits and `_`, 64 at most");
  if (!HOST.test(host) || OWN.test(host) || host.length > HOST_CHARS_MAX)
    throw usage(
      "`--to` takes the name of one host as it is written in addresses, such as `api.example.com`: in lower case, without scheme, port, `*` or path, no address of numbers, and none of this machine",
    );
  const grant = { variable, reference: parseReference(given.reference), host };
  if (grantWords(grant).length > 300)
    throw usage("the reference is too long: 200 characters at most");
  return grant;
}

/** The grant as it is signed. */
export function grantWords({ variable, reference, host }: SecretGrant): string {
  return `${variable}=${referenceText(reference)} to ${host}`;
}

/** The grant that words of a statement stand for; undefined for words that are none. */
export function readGrant(words: string): SecretGrant | undefined {
  const [, variable, reference, host] = WORDS.exec(words) ?? [];
  if (variable === undefined || reference === undefined || host === undefined) return undefined;
  try {
    return secretGrant({ variable, reference, host });
  } catch (cause) {
    if (cause instanceof Failure) return undefined;
    throw cause;
  }
}

function usage(text: string): Failure {
  return new Failure("usage", text);
}
