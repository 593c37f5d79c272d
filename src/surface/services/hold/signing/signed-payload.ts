// What may be signed for a held call: the text of one commit or tag of git, read strictly.

/** What a text is, with the tree or object that it names; or why it is nothing that is signed. */
export type SignedPayload =
  | { readonly kind: "commit" | "tag"; readonly object: string }
  | { readonly kind: "refused"; readonly why: string };

/** Bytes of a commit or tag: messages of large merges list what they join. */
export const PAYLOAD_BYTES_MAX = 1024 * 1024;
const HEADER_LINES_MAX = 20_000;

const NAME = "[0-9a-f]{40}(?:[0-9a-f]{24})?";
const PERSON = "[^<>\\n]*<[^<>\\n]*> [0-9]{1,19} [+-][0-9]{4}";
const KINDS = {
  commit: [
    new RegExp(`^tree (${NAME})$`),
    new RegExp(`^author ${PERSON}$`),
    new RegExp(`^committer ${PERSON}$`),
  ],
  tag: [
    new RegExp(`^object (${NAME})$`),
    /^type (?:commit|tree|blob|tag)$/,
    /^tag [^\s~^:?*[\\]+$/,
    new RegExp(`^tagger ${PERSON}$`),
  ],
} as const;
const PARENT = new RegExp(`^parent ${NAME}$`);
/** Further headers of a commit; what begins with a space goes on with the one before. */
const FURTHER = /^(?!tree |parent |author |committer |gpgsig)[A-Za-z][\w:-]* /;

/** Reads what git hands over to be signed. Total. */
export function signedPayload(bytes: Uint8Array): SignedPayload {
  const refused = (why: string): SignedPayload => ({ kind: "refused", why });
  if (bytes.length > PAYLOAD_BYTES_MAX) return refused("it is too large");
  if (bytes.includes(0)) return refused("it holds a byte that no message has");
  // WHY not as UTF-8: names and messages may be in any encoding, and every byte counts.
  const text = Buffer.from(bytes).toString("latin1");
  const kind = text.startsWith("tree ") ? "commit" : text.startsWith("object ") ? "tag" : undefined;
  const end = text.indexOf("\n\n");
  if (kind === undefined || end < 0) return refused("it is no commit and no tag");
  const lines = text.slice(0, end).split("\n");
  if (lines.length > HEADER_LINES_MAX) return refused("it has too many lines before its message");
  const [first = "", ...rest] = lines;
  const object = KINDS[kind][0].exec(first)?.[1];
  if (object === undefined) return refused(`it is no ${kind} that git makes`);
  const parents = kind === "tag" ? 0 : rest.findIndex((line) => !PARENT.test(line));
  const others = rest.slice(parents < 0 ? rest.length : parents);
  const wanted = KINDS[kind].slice(1);
  const isWhole = wanted.every((form, at) => form.test(others[at] ?? ""));
  const further = others.slice(wanted.length);
  const isFurther =
    kind === "tag"
      ? further.length === 0
      : further.every((line, at) => FURTHER.test(line) || (at > 0 && line.startsWith(" ")));
  return isWhole && isFurther ? { kind, object } : refused(`it is no ${kind} that git makes`);
}
