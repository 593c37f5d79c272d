// secret-file: files that are there for a password or a key and hold nothing else, known by their path alone.
import type { Detector } from "../detection/detector.ts";

/** Files that hold secrets and nothing else, each with what of it is one. */
const FILES: readonly { readonly path: RegExp; readonly value: RegExp }[] = [
  {
    // libpq, "The Password File": five fields, a colon and a backslash in one are escaped.
    path: /(?:^|\/)(?:\.pgpass|pgpass\.conf)$/,
    value: /^(?!#)(?:(?:\\.|[^:\\\n]){1,256}:){4}(?<value>[^\r\n]{1,512})/gm,
  },
  {
    // Rails: the key that `credentials.yml.enc` is encrypted with.
    path: /(?:^|\/)(?:master\.key|config\/credentials\/[\w-]{1,64}\.key)$/,
    value: /^(?<value>[0-9a-f]{32}(?:[0-9a-f]{32})?)\s{0,2}$/g,
  },
  {
    // Apache, nginx: a user, a colon, what checks the password or the password itself.
    path: /(?:^|\/)(?:\.?htpasswd|\.htpasswd[-._]\w{1,40}|[\w-]{1,40}\.htpasswd)$/,
    value: /^(?!#)[^:\s#]{1,128}:(?<value>[^\s:]{4,256})/gm,
  },
];

export const secretFile: Detector = {
  id: "secret-file",
  title: "a secret in a file that is there for it",
  family: "secret",
  tier: "high",
  rank: 14,
  *find(window, { file }) {
    const { path } = file;
    if (path === undefined) return;
    for (const form of FILES) {
      if (!form.path.test(path)) continue;
      for (const match of window.matchAll(form.value)) {
        const value = match.groups?.["value"] ?? "";
        // WHY not every placeholder: these programs replace nothing, and a password may begin with a dollar.
        if (/^(?:\$\{?[A-Z_]{2,60}\}?|<.*>|\{\{.*|\*+|x+|change[-_]?me.*)$/i.test(value)) continue;
        const end = match.index + match[0].trimEnd().length;
        yield { start: match.index + match[0].lastIndexOf(value), end };
      }
    }
  },
};
