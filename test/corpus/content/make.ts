// The labelled corpus of the content stage, made at test time from templates and a fixed seed: no value of it stands in this repository.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Chance, chanceOf, fillPattern } from "./chance.ts";
import { FILLINGS } from "./fillings.ts";
import { PERSONAL } from "./personal-values.ts";
import { SECRETS } from "./secret-values.ts";

/** A part of a text that holds a value of `kind`. An optional one is neither missed nor a false alarm. */
export type TrueSpan = {
  readonly kind: string;
  readonly group: "provider" | "keyed" | "secret" | "personal";
  readonly start: number;
  readonly end: number;
  readonly isOptional: boolean;
};

/** A file's text with what is true in it. `about` names the class of what only looks alike. */
export type Item = {
  readonly id: string;
  readonly set: "secrets" | "personal";
  readonly file: string;
  readonly about: string;
  /** The generation of templates that it is of: the second was written to widen the space of the first, the third after forms of public repositories. */
  readonly family: "first" | "wide" | "world";
  readonly text: string;
  readonly spans: readonly TrueSpan[];
  /** Indexes of lines that look like they hold a value and hold none. */
  readonly lookAlikes: readonly number[];
  readonly sealed: boolean;
};

type Template = {
  readonly file: string;
  readonly about: string;
  readonly times: number;
  readonly body: string;
};
type Provider = {
  readonly id: string;
  readonly variable: string;
  readonly form: string;
  readonly isKeyed: boolean;
};
type Providers = ReadonlyMap<string, Provider>;
type Filling = Pick<Item, "id" | "set" | "sealed" | "family"> & {
  readonly isFirst: boolean;
  readonly providers: Providers;
};
type Slots = { readonly chance: Chance; readonly provider: Provider | undefined };

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
/** Changing it changes every value and no context. */
const SEED = "content corpus 1";
/** Contexts that each issuer's token is put into. */
const CONTEXTS_PER_PROVIDER = 8;
/** Items of a template, unless its head says another number. */
const TIMES_TRUE = "6";
const TIMES_ALIKE = "14";
/** A line that begins with this looks alike and is true of nothing. */
const LOOK_ALIKE = "~";

/** Every item, in a fixed order. Whole templates are sealed, so that no open item shows the context of a sealed one. */
export function makeCorpus(): readonly Item[] {
  const providers = readProviders();
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".txt") && name !== "providers.txt")
    .sort()
    .flatMap((name) => {
      const templates = readTemplates(readFileSync(join(FOLDER, name), "utf8"), name);
      if (name.startsWith("provider-")) return ofProviders(templates, providers);
      const set = name.startsWith("personal-") ? "personal" : "secrets";
      const family = familyOf(name);
      return templates.flatMap((template) => ofTemplate(template, { set, family, providers }));
    })
    .filter(({ text }) => text.trim() !== "");
}

function familyOf(name: string): Item["family"] {
  if (name.endsWith("-world.txt")) return "world";
  return name.endsWith("-wide.txt") ? "wide" : "first";
}

function ofTemplate(
  template: Template,
  { set, family, providers }: Pick<Filling, "set" | "family" | "providers">,
): readonly Item[] {
  // INVARIANT: a label corrected in place moves no template from one side of the seal to the other, and changes no value.
  const body = template.body.replace(/‹\?([^›]*)›/g, "$1").replaceAll("{nz:", "{d:");
  const sealed = isSealed(body);
  return Array.from({ length: template.times }, (_, time) => {
    const id = digest(`${template.file}\n${body}\n${time}`).slice(0, 10);
    const isFirst = time === 0;
    return fill(template, { id, set, family, sealed, isFirst, providers }, undefined);
  });
}

/** Each issuer in a choice of contexts; a token that only its name betrays is put where the name stands. */
function ofProviders(
  templates: readonly Template[],
  providers: Providers,
): readonly Item[] {
  const named = templates.filter(({ about }) => about === "named");
  return [...providers.values()].flatMap((provider) => {
    const pool = provider.isKeyed ? named : templates;
    const chance = chanceOf(`${SEED} contexts of ${provider.id}`);
    return Array.from({ length: CONTEXTS_PER_PROVIDER }, (_, time) => {
      const template = chance.pick(pool);
      const key = `${provider.id}\n${template.file}\n${template.body}`;
      const id = digest(`${key}\n${time}`).slice(0, 10);
      const own = { id, set: "secrets", family: "first", sealed: isSealed(key), isFirst: true, providers } as const;
      return fill(template, own, provider);
    });
  });
}

/**
 * Where a slot stands: `«kind»` is true, `«?kind»` optional, `«kind=name»` drawn as `name`; `‹name›` is plain, `‹a|b›` a choice,
 * `‹?text›` a text as it stands that may be found or not.
 */
const SLOT = /«(\?)?(?:([\w-]+)=)?([^«»]+)»|‹([^‹›]+)›/g;

function fill(
  template: Template,
  { id, set, family, sealed, isFirst, providers }: Filling,
  provider: Provider | undefined,
): Item {
  const slots: Slots = { chance: chanceOf(`${SEED} ${id}`), provider };
  const lookAlikes: number[] = [];
  const spans: TrueSpan[] = [];
  const drawn = new Map<string, string>();
  let text = "";
  let lineNumber = 0;
  const put = (more: string): void => {
    text += more;
    lineNumber += more.split("\n").length - 1;
  };
  const file = template.file.replace(SLOT, (...found) => plain(String(found[4]), slots, drawn));
  for (const [index, line] of linesOf(template.body, isFirst).entries()) {
    if (index > 0) put("\n");
    const isMarked = line.startsWith(LOOK_ALIKE);
    if (isMarked) lookAlikes.push(lineNumber);
    const rest = isMarked ? line.slice(LOOK_ALIKE.length) : line;
    let at = 0;
    for (const slot of rest.matchAll(SLOT)) {
      put(rest.slice(at, slot.index));
      at = slot.index + slot[0].length;
      const [, optional, kind, name = "", filling] = slot;
      if (filling?.startsWith("?") === true) {
        const start = text.length;
        put(filling.slice(1));
        spans.push({ kind: "text", group: "secret", start, end: text.length, isOptional: true });
        continue;
      }
      if (filling !== undefined) {
        put(plain(filling, slots, drawn));
        continue;
      }
      const value = trueValue(name, slots, set);
      const start = text.length;
      put(value);
      const label = kind ?? (name === "token" ? (provider?.id ?? name) : kindOf(name));
      spans.push({
        kind: label,
        group: groupOf(label, providers, set),
        start,
        end: start + value.length,
        isOptional: optional !== undefined,
      });
    }
    put(rest.slice(at));
  }
  return { id, set, file, about: template.about, family, text, spans, lookAlikes, sealed };
}

/** A look-alike without a slot stands in the first of a template's items only: the same line twice would count twice. */
function linesOf(body: string, isFirst: boolean): readonly string[] {
  const lines = body.split("\n");
  return isFirst
    ? lines
    : lines.filter((line) => !line.startsWith(LOOK_ALIKE) || /[«‹]/.test(line));
}

function groupOf(label: string, providers: Providers, set: Item["set"]): TrueSpan["group"] {
  if (set === "personal") return "personal";
  const provider = providers.get(label);
  if (provider === undefined) return "secret";
  return provider.isKeyed ? "keyed" : "provider";
}

/** The label of a value whose slot says none: what a person would call it. */
function kindOf(name: string): string {
  if (/^(?:pw|netrcpw|pin|mnemonic)/.test(name)) return "password";
  if (/^(?:rsa|pkcs8|encrypted|ec|openssh|pgp|pem|putty)/.test(name)) return "private-key";
  if (/^(?:apr1|bcrypt|sha512crypt|shahtpasswd)$/.test(name)) return "password-hash";
  if (/^(?:form:|rand|hexkey|b64|uuidkey|django|salts|totp|wireguard|sas|sid)/.test(name)) return "key";
  if (name.startsWith("phone")) return "phone";
  if (/^(?:ssnplain|cardplain|ibanplain)$/.test(name)) return name.replace(/plain$/, "");
  if (/^(?:lastfirst|hl7name|dicomname|given|family)$/.test(name)) return "name";
  if (name === "ipv6" || name === "privateip") return "ip";
  if (name === "street") return "address";
  return name === "basic" || name === "jwt" || PERSONAL[name] !== undefined ? name : "key";
}

function trueValue(name: string, { chance, provider }: Slots, set: Item["set"]): string {
  if (name === "token" && provider !== undefined) return fillPattern(provider.form, chance);
  if (name.startsWith("form:")) return fillPattern(name.slice("form:".length), chance);
  const draw = (set === "personal" ? PERSONAL[name] : undefined) ?? SECRETS[name];
  if (draw === undefined) throw new Error(`no true value is called \`${name}\``);
  return draw(chance);
}

/** Names of this kind stay the same through an item, as they do in a file. */
const STAYS = new Set(["svc", "host", "db", "user"]);

function plain(name: string, { chance, provider }: Slots, drawn: Map<string, string>): string {
  if (name.includes("|")) return chance.pick(name.split("|"));
  const known = drawn.get(name);
  if (known !== undefined) return known;
  const value = ofProvider(name, provider) ?? ofName(name, chance);
  if (STAYS.has(name)) drawn.set(name, value);
  return value;
}

function ofName(name: string, chance: Chance): string {
  if (name.startsWith("form:")) return fillPattern(name.slice("form:".length), chance);
  const draw = FILLINGS[name] ?? PERSONAL[name];
  if (draw === undefined) throw new Error(`no filling is called \`${name}\``);
  return draw(chance);
}

/** How the variable of an issuer's token is written in different places. */
function ofProvider(name: string, provider: Provider | undefined): string | undefined {
  const words = provider?.variable.toLowerCase().split("_") ?? [];
  const capital = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
  if (provider === undefined) return undefined;
  if (name === "VAR") return provider.variable;
  if (name === "var") return provider.variable.toLowerCase();
  if (name === "var-kebab") return words.join("-");
  if (name === "var-dots") return words.join(".");
  if (name === "varCamel") return words.map((word, at) => (at === 0 ? word : capital(word))).join("");
  if (name === "varPascal") return words.map(capital).join("");
  if (name === "issuer") return provider.id.split("-")[0] ?? provider.id;
  if (name === "Issuer") return capital(provider.id.split("-")[0] ?? provider.id);
  return undefined;
}

function readTemplates(text: string, name: string): readonly Template[] {
  const usual = /lookalike/.test(name) ? TIMES_ALIKE : TIMES_TRUE;
  return text
    .split(/^=== /m)
    .slice(1)
    .map((block) => {
      const end = block.indexOf("\n");
      const [file = "", about = "", times = usual] = block.slice(0, end).split(" :: ");
      if (file === "" || about === "") throw new Error(`a template of ${name} has no head`);
      return { file, about, times: Number(times), body: block.slice(end + 1).trimEnd() };
    });
}

/** The issuers' table by id. */
export function readProviders(): Providers {
  const list = readFileSync(join(FOLDER, "providers.txt"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [id = "", variable = "", ...form] = line.split(" ");
      const isKeyed = id.startsWith("*");
      return { id: isKeyed ? id.slice(1) : id, variable, form: form.join(" "), isKeyed };
    });
  return new Map(list.map((provider) => [provider.id, provider]));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** One third, by hash of what is sealed together. */
function isSealed(text: string): boolean {
  return Number.parseInt(digest(`sealed ${text}`).slice(0, 8), 16) % 3 === 0;
}
