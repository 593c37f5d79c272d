// What a person logs in with at registries of npm, by their own settings file: read outside, sent to the host that it is for, told to nobody.

/** Finds a login: the value of `Authorization` for an address, with variables of the person's shell put in. Undefined for none. */
export type Logins = {
  /** Names of the variables that it needs. */
  readonly variables: readonly string[];
  loginFor(host: string, path: string, said: ReadonlyMap<string, string>): string | undefined;
};

const LINE =
  /^\s*\/\/([a-z0-9.-]+)((?:\/[\w.~-]+)*)\/?:(_authToken|_auth|username|_password)\s*=\s*(.*?)\s*$/i;
const VARIABLE = /\$\{([A-Za-z_]\w{0,127})\}/g;
const VALUE = /^[\x21-\x7e]{1,4096}$/;
const LINES_MAX = 1_000;

type Place = {
  readonly host: string;
  /** In front of the paths that it is for, with a slash at its end. */
  readonly base: string;
  readonly said: Map<string, string>;
};

/** Reads the text of the person's `.npmrc`. */
export function npmLogins(text: string): Logins {
  const places = new Map<string, Place>();
  for (const line of text.split(/[\r\n]+/, LINES_MAX)) {
    const [, name = "", folder = "", key = "", value = ""] = LINE.exec(line) ?? [];
    if (key === "") continue;
    const host = name.toLowerCase();
    const base = `${folder}/`;
    const known = places.get(host + base) ?? { host, base, said: new Map() };
    known.said.set(key.toLowerCase(), value.replace(/^"(.*)"$|^'(.*)'$/, "$1$2"));
    places.set(host + base, known);
  }
  const all = [...places.values()].sort((one, other) => other.base.length - one.base.length);
  return {
    variables: [
      ...new Set(
        all
          .flatMap(({ said }) => [...said.values()])
          .flatMap((value) => Array.from(value.matchAll(VARIABLE), ([, name = ""]) => name)),
      ),
    ],
    loginFor(host, path, variables) {
      const place = all.find((one) => one.host === host && path.startsWith(one.base));
      return place === undefined ? undefined : loginAt(place, variables);
    },
  };
}

function loginAt({ said }: Place, variables: ReadonlyMap<string, string>): string | undefined {
  const valueOf = (key: string): string | undefined => {
    const value = said
      .get(key)
      ?.replace(VARIABLE, (whole, name: string) => variables.get(name) ?? whole);
    return value !== undefined && VALUE.test(value) ? value : undefined;
  };
  const token = valueOf("_authtoken");
  if (token !== undefined) return `Bearer ${token}`;
  const basic = valueOf("_auth");
  if (basic !== undefined) return `Basic ${basic}`;
  const [user, password] = [valueOf("username"), valueOf("_password")];
  if (user === undefined || password === undefined) return undefined;
  const plain = Buffer.from(password, "base64").toString("utf8");
  return `Basic ${Buffer.from(`${user}:${plain}`).toString("base64")}`;
}
