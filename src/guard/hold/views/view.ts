// Which files have a view, and the view of one.
import { disguised } from "./disguise.ts";
import { jsonView } from "./json-view.ts";
import { commentView, lineView, type ViewAsked } from "./line-view.ts";
import { valueView } from "./value-view.ts";
import { xmlView } from "./xml-view.ts";

/** Bytes of a file of which a view is made; of a larger one nothing is shown. */
export const VIEW_BYTES_MAX = 1_048_576;

type Form =
  | "lines"
  | "nested"
  | "yaml"
  | "json"
  | "xml"
  | "logins"
  | "passwords"
  | "addresses"
  | "alone";

/** Which file has which form, by the end of its path in lower case; the first that is found counts. */
const FORMS: readonly (readonly [Form, RegExp])[] = [
  ["xml", /\/(?:settings[^/]*\.xml|nuget\.config)$/],
  ["logins", /\/[._]netrc$/],
  ["passwords", /\/\.pgpass$/],
  ["addresses", /\/(?:\.git-credentials|git\/credentials)$/],
  ["json", /\.(?:json|tfstate|tfstate\.backup)$|\/\.dockercfg$/],
  [
    "yaml",
    /\.ya?ml$|[/.]kubeconfig$|\/\.kube\/config$|\/\.gem\/credentials$|\/kubernetes\/admin\.conf$/,
  ],
  ["nested", /\.(?:tfvars|toml)$|\/\.cargo\/credentials$/],
  [
    "lines",
    /\/\.env(?:\.[^/]+)?$|\.env$|\/\.(?:npmrc|pypirc|my\.cnf|s3cfg|boto|dev\.vars|sentryclirc)$|\/(?:pip\.conf|pip\.ini|gradle\.properties|key(?:store)?\.properties|credentials\.properties)$|\/\.aws\/(?:credentials|config)$|\/\.?rclone\.conf$/,
  ],
  // Compose, Kubernetes and ansible take a secret from a file that holds nothing else.
  [
    "alone",
    /\/secrets\/(?:[^/]+\/)?[^/.]+(?:\.txt)?$|\/\.?(?:vault[_-]?)?pass(?:word)?(?:\.txt)?$/,
  ],
];

function formOf(path: string): Form | undefined {
  const lower = path.toLowerCase();
  return FORMS.find(([, names]) => names.test(lower))?.[0];
}

/** Whether a file of this name has a form of which a view can be made. */
export function hasView(path: string): boolean {
  return formOf(path) !== undefined;
}

/** The view of a file; undefined where it is too large, no text, or of no form that is understood, so that all of it stays hidden. */
export async function viewOf(
  path: string,
  text: string,
  asked: ViewAsked,
): Promise<string | undefined> {
  if (text.length > VIEW_BYTES_MAX || text.includes("\0") || text.includes("\ufffd"))
    return undefined;
  const form = formOf(path);
  switch (form) {
    case "lines":
      return lineView(text, asked);
    case "nested":
      return lineView(text, { ...asked, isNested: true });
    case "json":
      return jsonView(text, asked);
    case "yaml": {
      // WHY only then: few calls need the parser.
      const { yamlView } = await import("./yaml-view.ts");
      return yamlView(text, asked);
    }
    case "xml":
      return xmlView(text, asked);
    case "logins":
      return loginView(text, asked);
    case "passwords":
      return eachLine(text, asked, PASSWORD);
    case "addresses":
      return eachLine(text, asked, ADDRESS);
    case "alone":
      return aloneView(text, asked);
    case undefined:
      return undefined;
    default:
      return form satisfies never;
  }
}

/** Host, port, database and user before the password (PostgreSQL's manual, "The Password File"). */
const PASSWORD = /^((?:(?:[^:\\]|\\.)*:){4})(.*)$/;
const ADDRESS = /^()([a-z][a-z0-9+.-]{0,20}:\/\/.*)$/i;

/**
 * One word that is secret as a whole. WHY so many letters and digits: nothing else of it is changed, and of a short one the rest
 * says too much.
 */
function aloneView(text: string, { stream }: ViewAsked): string | undefined {
  const [, word = "", end = ""] = /^([!-~]{8,4096})(\r?\n)?$/.exec(text) ?? [];
  const changed = word.replace(/[^A-Za-z0-9]/g, "").length;
  return changed < 8 || changed * 2 < word.length ? undefined : disguised(word, stream) + end;
}

/** Each line ends in its secret; undefined where one is not of the form. */
function eachLine(text: string, { stream }: ViewAsked, form: RegExp): string | undefined {
  const shown: string[] = [];
  for (const part of text.split(/(\r\n|\n|\r)/)) {
    const found = form.exec(part);
    if (part.trim() === "") shown.push(part);
    else if (part.startsWith("#")) shown.push(commentView(part, stream));
    else if (found === null) return undefined;
    else shown.push((found[1] ?? "") + valueView("password", found[2] ?? "", stream));
  }
  return shown.join("");
}

/** `machine`, `login`, `password` and `account`, each followed by a word; comments are lines that begin with `#`. */
function loginView(text: string, { stream }: ViewAsked): string | undefined {
  const words = text
    .replace(/^[^\S\n\r]*#.*$/gm, "")
    .split(/\s+/)
    .filter((word) => word !== "");
  for (let at = 0; at < words.length; at += 1) {
    if (words[at] === "default") continue;
    if (
      !/^(?:machine|login|password|account)$/.test(words[at] ?? "") ||
      words[at + 1] === undefined
    )
      return undefined;
    at += 1;
  }
  return text
    .replace(
      /^([^\S\n\r]*#)(.*)$/gm,
      (_, sign: string, rest: string) => sign + disguised(rest, stream),
    )
    .replace(
      /(\b(?:password|account)\s+)(\S+)/g,
      (_, before: string, value: string) => before + disguised(value, stream),
    );
}
