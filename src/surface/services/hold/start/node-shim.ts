// A program of ours that git starts inside of a held call: a few lines of a shell around a text for node.
import { singleQuoted } from "#base/shell-quoting.ts";

/** The file. `what` it does, on its second line; `failing` is what it says where node is not to be seen. `node` is the program that runs it. */
export function nodeShim(
  program: string,
  {
    what,
    failing,
    node,
  }: { readonly what: string; readonly failing: string; readonly node: string },
): string {
  const quoted = singleQuoted(node);
  return [
    "#!/bin/sh",
    `# ${what}`,
    "unset NODE_OPTIONS",
    `if [ ! -x ${quoted} ]; then printf '%s\\n' ${singleQuoted(`sallyport: ${failing}: its own node is not to be seen in this call`)} >&2; exit 1; fi`,
    `exec ${quoted} -e ${singleQuoted(program)} -- "$@"`,
    "",
  ].join("\n");
}
