// The view of settings in XML: Maven's `settings.xml`, `nuget.config` and the like.
import { disguised } from "./disguise.ts";
import type { ViewAsked } from "./line-view.ts";
import { openView, valueView } from "./value-view.ts";

type Stream = ViewAsked["stream"];

const TOKEN =
  /<!--([^]*?)-->|<!\[CDATA\[([^]*?)\]\]>|<\?xml\s[^?<>]*\?>|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*)(\/?)>|([^<]+)/y;
/** As in a tag above: what one of the two takes for a value the other does too. */
const ATTRIBUTE = /([\w.:-]+)(\s*=\s*)("[^"<]*"|'[^'<]*')/g;
/** Elements of Maven's settings, and attributes, whose values people show each other (maven.apache.org/settings.html). */
const OPEN =
  /^(?:localRepository|offline|interactiveMode|usePluginRegistry|pluginGroup|id|name|mirrorOf|mirrorOfLayouts|layout|blocked|enabled|updatePolicy|checksumPolicy|active|activeByDefault|activeProfile|nonProxyHosts|jdk|family|arch|exists|missing|filePermissions|directoryPermissions|key|protocolVersion|allowInsecureConnections|xmlns|xmlns:\w+|xsi:schemaLocation)$/;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** The same text with other values; undefined where it is not well formed, or has parts that settings have not. */
export function xmlView(text: string, { stream }: ViewAsked): string | undefined {
  const open: string[] = [];
  let shown = "";
  let isStarted = false;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    if (found === null) return undefined;
    const [all, comment, data, end, name, attributes = "", isEmpty, value] = found;
    const within = open.at(-1) ?? "";
    if (comment !== undefined) shown += `<!--${disguised(comment, stream)}-->`;
    else if (data !== undefined) {
      const hidden = view(within, data, stream);
      if (hidden.includes("]]>")) return undefined;
      shown += `<![CDATA[${hidden}]]>`;
    } else if (value !== undefined) {
      const decoded = decode(value);
      if (decoded === undefined) return undefined;
      shown += value.trim() === "" ? value : encode(view(within, decoded, stream));
    } else if (name === undefined) shown += all;
    else if (end === "/") {
      if (open.pop() !== name) return undefined;
      shown += all;
    } else {
      const seen = attributesView(attributes, stream);
      if (seen === undefined || (isStarted && open.length === 0)) return undefined;
      isStarted = true;
      if (isEmpty === "") open.push(name);
      shown += `<${name}${seen}${isEmpty}>`;
    }
  }
  return isStarted && open.length === 0 ? shown : undefined;
}

/** `<add key="Password" value="x" />`: the first says what the second is. */
function attributesView(attributes: string, stream: Stream): string | undefined {
  const said = [...attributes.matchAll(ATTRIBUTE)]
    .find(([, name]) => name === "key")?.[3]
    ?.slice(1, -1);
  let isReadable = true;
  const seen = attributes.replace(ATTRIBUTE, (_, name: string, is: string, quoted: string) => {
    const quote = quoted.charAt(0);
    const decoded = decode(quoted.slice(1, -1));
    if (decoded === undefined) isReadable = false;
    const key = name === "value" && said !== undefined ? said : name;
    return name + is + quote + encode(view(key, decoded ?? "", stream)) + quote;
  });
  return isReadable ? seen : undefined;
}

function view(key: string, value: string, stream: Stream): string {
  return OPEN.test(key) ? openView(key, value, stream) : valueView(key, value, stream);
}

/** Undefined where an entity is none that every parser knows. */
function decode(text: string): string | undefined {
  let isKnown = true;
  const decoded = text.replace(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w+));|&/g, (...found) => {
    const [, decimal, hexadecimal, name]: readonly (string | undefined)[] = found;
    const code = Number.parseInt(decimal ?? hexadecimal ?? "", decimal === undefined ? 16 : 10);
    const one = name === undefined ? fromCode(code) : ENTITIES[name];
    if (one === undefined) isKnown = false;
    return one ?? "";
  });
  return isKnown ? decoded : undefined;
}

function fromCode(code: number): string | undefined {
  return code >= 0x20 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
    ? String.fromCodePoint(code)
    : undefined;
}

function encode(text: string): string {
  const names: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt" };
  return text
    .replace(/[&<>]/g, (one) => `&${names[one]};`)
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;");
}
