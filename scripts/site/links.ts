// Every link, picture and script of the built site: it leads to a file of the site, and to an anchor that is there.
import { posix } from "node:path";

/** Faults of the links of `pages` (HTML by path). `files` are all paths of the site. */
export function brokenLinks(
  pages: ReadonlyMap<string, string>,
  files: ReadonlySet<string>,
): readonly string[] {
  const ids = new Map([...pages].map(([url, html]) => [url, idsOf(html)]));
  return [...pages].flatMap(([url, html]) => [
    ...twins(html).map((id) => `${url}: two elements are \`${id}\``),
    ...[...html.matchAll(/ (?:href|src)="([^"]*)"/g)].flatMap(([, link = ""]) => {
      const target = unescaped(link);
      if (/^(?:https?|mailto):/i.test(target)) return [];
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? url : posix.join(posix.dirname(url), decodeURI(path));
      if (!files.has(file)) return [`${url}: \`${target}\` leads to no file`];
      if (anchor === undefined || ids.get(file)?.has(decodeURIComponent(anchor)) === true)
        return [];
      return [`${url}: \`${target}\` leads to no heading`];
    }),
  ]);
}

/** Pages that no chain of links from the first page reaches. */
export function unreachable(pages: ReadonlyMap<string, string>): readonly string[] {
  const seen = new Set<string>(["index.html"]);
  for (const url of seen)
    for (const [, link = ""] of (pages.get(url) ?? "").matchAll(/ href="([^"#]+)/g)) {
      const file = posix.join(posix.dirname(url), unescaped(link));
      if (pages.has(file)) seen.add(file);
    }
  return [...pages.keys()].filter((url) => !seen.has(url));
}

function idsOf(html: string): ReadonlySet<string> {
  return new Set([...html.matchAll(/ id="([^"]*)"/g)].map(([, id = ""]) => unescaped(id)));
}

function twins(html: string): readonly string[] {
  const all = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id = ""]) => id);
  return [...new Set(all.filter((id, place) => all.indexOf(id) !== place))];
}

function unescaped(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
