// A light reading of build.xml files of ant: the programs that a target starts, and what it deletes.

const TARGETS_MAX = 32;

/** Shell text of the targets that are named, of the default one without any, and of those that they need. */
export function antCommands(build: string, words: readonly string[]): readonly string[] {
  const text = build.replaceAll(/<!--[^]*?-->/g, "");
  const targets = new Map<string, { readonly needs: readonly string[]; readonly body: string }>();
  for (const [, head = "", body = ""] of text.matchAll(/<target\b([^>]*[^/>])>([^]*?)<\/target>/g))
    targets.set(attribute(head, "name"), {
      needs: attribute(head, "depends")
        .split(/[,\s]+/)
        .filter((one) => one !== ""),
      body,
    });
  const properties = new Map(
    [...text.matchAll(/<property\b([^>]*)>/g)].map(([, head = ""]) => [
      attribute(head, "name"),
      attribute(head, "value") || attribute(head, "location"),
    ]),
  );
  const usual = attribute(/<project\b([^>]*)>/.exec(text)?.[1] ?? "", "default");
  const wanted = words.length > 0 ? [...words] : [usual];
  const seen = new Set<string>();
  const found: string[] = [];
  while (wanted.length > 0 && seen.size < TARGETS_MAX) {
    const name = wanted.shift() ?? "";
    const target = targets.get(name);
    if (target === undefined || seen.has(name)) continue;
    seen.add(name);
    wanted.push(...target.needs);
    found.push(...programsIn(target.body), ...deletionsIn(target.body));
  }
  return found
    .slice(0, TARGETS_MAX)
    .map((one) =>
      one.replaceAll(/\$\{([\w.-]+)\}/g, (_, name: string) =>
        name === "user.home" ? "$HOME" : name === "basedir" ? "." : (properties.get(name) ?? ""),
      ),
    );
}

function programsIn(body: string): readonly string[] {
  return [...body.matchAll(/<exec\b([^>]*?)(?:\/>|>([^]*?)<\/exec>)/g)].map(
    ([, head = "", inner = ""]) => {
      const words = [...inner.matchAll(/<arg\b([^>]*)\/?>/g)].map(([, one = ""]) => {
        const line = attribute(one, "line");
        const value = attribute(one, "value") || attribute(one, "file") || attribute(one, "path");
        return line === "" ? `"${value.replaceAll('"', '\\"')}"` : line;
      });
      return [attribute(head, "executable"), ...words].join(" ");
    },
  );
}

function deletionsIn(body: string): readonly string[] {
  return [...body.matchAll(/<delete\b([^>]*)>/g)].flatMap(([, head = ""]) => {
    const directory = attribute(head, "dir");
    const file = attribute(head, "file");
    return [
      ...(directory === "" ? [] : [`rm -rf "${directory}"`]),
      ...(file === "" ? [] : [`rm -f "${file}"`]),
    ];
  });
}

function attribute(head: string, name: string): string {
  const found = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(head);
  return (found?.[1] ?? found?.[2] ?? "").replaceAll(
    /&(amp|lt|gt|quot|apos);/g,
    (_, one: string) => ENTITIES[one] ?? "",
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};
