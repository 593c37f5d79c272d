// Places where secrets lie, as people write them in rules, mounts, imports and lists: what counts as one, by class.

/** Classes of places. */
export type PlaceClass = "variables" | "keys" | "home" | "cloud" | "named";

const CLASSES: readonly (readonly [PlaceClass, RegExp])[] = [
  ["variables", /(?:^|[/*])\.env(?:$|[.*/])|\*\.env\b|\.envrc$/i],
  [
    "keys",
    /\.(?:pem|key|p12|pfx|jks|keystore|ppk)(?=$|\W)|(?:^|[/*])id_(?:rsa|dsa|ecdsa|ed25519)(?!\w*\.pub)/i,
  ],
  [
    "home",
    /(?:^|\/)\.(?:ssh|gnupg|netrc|npmrc|pypirc|git-credentials|pgpass|docker|kube|password-store)(?=$|[/*])/i,
  ],
  [
    "cloud",
    /(?:^|\/)\.(?:aws|azure|gcp)(?=$|[/*])|\.config\/(?:gcloud|gh)(?=$|[/*])|service-?account[^/]*\.json/i,
  ],
  [
    "named",
    /(?:^|[/*])[^/]*(?:secrets?|credentials?|passwords?)(?=$|[/*.])|(?:^|[/*])\*(?:secret|credential|password|token)\*|\.git\/config$/i,
  ],
];
/** Of the names above, what holds nothing: examples, templates, public halves of keys. */
const HARMLESS =
  /example|sample|template|\.env\.(?:dist|defaults|schema)|\.dist\b|\.pub$|(?:secrets?|credentials?|passwords?|tokens?)[\w-]*\.(?:mdx?|rst|adoc|html?|css|svg|png|tsx?|jsx?|mjs|cjs|py|go|rs|rb|java|kt|cs|php|swift|cc?|cpp|h|hpp|d\.ts)$/i;

/** The classes of secret places that a path or pattern is about. */
export function placeClasses(path: string): readonly PlaceClass[] {
  if (HARMLESS.test(path)) return [];
  return CLASSES.filter(([, pattern]) => pattern.test(path)).map(([name]) => name);
}

/** Whether secrets lie where a path or pattern leads. */
export function isSecretPlace(path: string): boolean {
  return placeClasses(path).length > 0;
}

/** A home directory, the root of a disk, or a folder that holds all homes. */
export function isBroadPlace(path: string): boolean {
  const text = path
    .trim()
    .replace(/^["']|["']$/g, "")
    .replace(/(?<=.)\/\*{0,2}$/, "");
  return /^(?:|\/+|~|\$HOME|\$\{HOME\}|\$\{localEnv:(?:HOME|USERPROFILE)\}(?:\$\{localEnv:(?:HOME|USERPROFILE)\})?|\/(?:home|Users)(?:\/[^/]+)?|\/root|[A-Za-z]:[\\/]?(?:[\\/]?Users(?:[\\/][^\\/]+)?)?|%USERPROFILE%|\/\*\*?)$/.test(
    text,
  );
}

/** A directory of credentials below a home, or a file of them. */
export function isCredentialPlace(path: string): boolean {
  return /(?:^|[/\\])\.(?:ssh|aws|azure|gcp|gnupg|kube|docker|netrc|npmrc|yarnrc(?:\.yml)?|pypirc|git-credentials|pgpass|password-store|gem\/credentials|cargo\/credentials(?:\.toml)?|mozilla|vault-token)(?=$|[/\\*,:"'])|\.config[/\\](?:gcloud|gh|op|hub|google-chrome|chromium|BraveSoftware)(?=$|[/\\*,:"'])|Application Support[/\\](?:Google[/\\]Chrome|Firefox)|\.local\/share\/keyrings|Library\/Keychains/.test(
    path,
  );
}
