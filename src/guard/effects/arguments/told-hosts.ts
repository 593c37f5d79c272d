// Hosts that the words, variables and settings of a call name for its program, whatever the call does there: a look at a host that a text chose is a message to it.
import { isWithin } from "#base/path.ts";
import {
  EMPTY,
  dropKnown,
  hasHole,
  hole,
  knownPrefix,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { isLoopback, parseDestination } from "../network/destination.ts";
import {
  type HostForm,
  type HostPlace,
  type HostPlaces,
  hostPlaces,
  variableName,
} from "../network/host-options.ts";
import { isServicePort } from "../network/service-ports.ts";
import { isImageRegistry, isOfStrangeRegistry } from "../packages/image-registries.ts";

/** One call: its words behind the name, what it reads, and the variables that it sets for the program. */
export type ToldCall = {
  readonly name: string;
  readonly args: readonly Text[];
  readonly stdin: TextSet | undefined;
  /** Asked only of programs that are told hosts. */
  readonly variables: () => readonly (readonly [name: string, values: TextSet])[];
};

/** So many hosts are told of one call. */
const HOSTS_MAX = 32;
/** Characters of a file of settings that is looked through. */
const SETTINGS_CHARS_MAX = 65_536;

const URL_WITHIN = /[a-z][a-z0-9+.-]*:\/\/[^\s"',;|=]+/gi;
/** What is no host: sockets and files of this machine, and words that turn something off. */
const NO_HOST =
  /^(?:unix|fd|file|npipe|vsock|local|data|secret)s?:|^[-/]|^\.{0,2}\/|^(?:direct|off|on|none|no|yes|default|true|false|auto|null|\d{0,4})$/i;
const HOST_LIKE =
  /^(?:[^@\s/]*@)?(?:\[[\da-f:.%]+\]|[\w.-]+|[\w.\u0080-\uffff-]+)(?::\d*)?(?:[/?#]\S*)?$/i;
/** A host among words that may be anything. */
const PLAIN_HOST =
  /^(?:[^@\s/]*@)?(?:localhost|(?:[\w-]+\.)+[a-z]{2,}|\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:]+\])(?::\d+)?(?:\/\S*)?$/i;
const FILE_NAME =
  /\.(?:json|ya?ml|toml|txt|md|[cm]?[jt]sx?|py|rs|go|rb|sh|conf|cfg|ini|xml|html?|css|csv|sql|log|lock|env|db|zip|gz|tgz|tar)$/i;
/** Settings that name a host, by the end of their names. */
const HOST_SETTING =
  /(?:proxy|hosts?|hostname|servers?|urls?|uri|endpoints?|address|addr|registry|repository|index|jump|insteadof|mirror|gateway|base|paths\.default|proxy-host)$/i;
/** Storage that belongs to the account of the person, by its scheme. */
const OF_ACCOUNT = /^(?:s3|gs|b2|azure|az|abfss?|swift|wasbs?|arn|cos|oss):/i;

/** An image behind its registry, which is Docker's where none is named. */
const IMAGE_SCHEME = "docker://";

/** Hosts that a program reaches where it is told nothing. */
const USUAL: readonly (readonly [program: RegExp, host: RegExp])[] = [
  [/^gh$/, /^(?:(?:api|gist|uploads)\.)?github\.com$/],
  [/^glab$/, /^gitlab\.com$/],
  [/^(?:[pn]?npm|npx|pnpx|yarn(?:pkg)?|bunx?|deno)$/, /^registry\.(?:npmjs\.org|yarnpkg\.com)$/],
  [/^(?:pip[\d.]*|pipx|uvx?|pipenv|poetry|pdm)$/, /^pypi\.org$/],
  [/^go$/, /^(?:proxy|sum)\.golang\.org$/],
  [/^cargo$/, /^(?:index\.|static\.)?crates\.io$/],
  [/^(?:gem|bundler?)$/, /^rubygems\.org$/],
  [/^(?:dotnet|nuget)$/, /^api\.nuget\.org$/],
];

/** A host of which all that is known is that it stands in a text which nobody can read here. */
const NOBODY: Text = [hole("dynamic-path", { splits: false })];

/**
 * What follows from the hosts that a call names, beside what its model says: each is contacted, with what the words carry. A
 * program at a service of this machine that reaches further is told with the port; any other place of this machine is nothing.
 */
export function toldHosts(
  call: ToldCall,
  said: readonly Consequence[],
  context: () => ModelContext,
): readonly Consequence[] {
  const places = hostPlaces(call.name);
  if (places === undefined) return [];
  const told = [...ofVariables(places, call), ...ofWords(places, call)];
  if (told.length === 0) return [];
  const hosts = told.flatMap(({ place, value, isOperand }) =>
    hostsOf(place.form, value, { isOperand, context }).map((url) => ({ url, port: place.port })),
  );
  const reached = new Set(said.flatMap(hostSaid));
  const carries: readonly DataSource[] = [
    { kind: "argument" },
    ...sourcesOf([...call.args, ...told.map(({ value }) => value), ...(call.stdin ?? EMPTY)]),
  ];
  const usual = USUAL.find(([program]) => program.test(call.name))?.[1];
  return hosts.slice(0, HOSTS_MAX).flatMap(({ url, port: usualPort }): readonly Consequence[] => {
    const { host, port = usualPort } = parseDestination(url, "tcp");
    if (host !== undefined && isLoopback(host)) {
      if (port === undefined || !isServicePort(port) || reached.has(`:${port}`)) return [];
      // Its own words say no more than none would.
      if (port === usualPort && isUsuallyHere(call.name)) return [];
      return [{ kind: "contacts", url: literal(`tcp://localhost:${port}`), carries }];
    }
    if (host !== undefined && isImageRegistry(host) && isOfImages(call.name)) return [];
    if (host !== undefined && (reached.has(host) || usual?.test(host) === true)) return [];
    // A package out of git is fetched as anything else by that scheme.
    const plain = /^git\+https?:/i.test(knownPrefix(url)) ? dropKnown(url, "git+".length) : url;
    return [{ kind: "contacts", url: plain, scheme: "tcp", carries }];
  });
}

/** Whether a program reaches this machine where it is told nothing. */
function isUsuallyHere(name: string): boolean {
  return /^(?:redis|valkey|keydb)-cli$/.test(name);
}

/** Whether a program asks registries of images. */
function isOfImages(name: string): boolean {
  return /^(?:docker|podman|nerdctl|skopeo|crane|oras|cosign|regctl|trivy|helm)$/.test(name);
}

/** The host that a consequence already tells of. */
function hostSaid(one: Consequence): readonly string[] {
  const destination =
    one.kind === "contacts"
      ? parseDestination(one.url, one.scheme)
      : one.kind === "effect" && one.effect.kind === "egress"
        ? one.effect.destination
        : undefined;
  if (destination?.host === undefined) return [];
  const { host, port } = destination;
  return isLoopback(host) && port !== undefined ? [host, `:${port}`] : [host];
}

type Told = { readonly place: HostPlace; readonly value: Text; readonly isOperand?: boolean };

function ofVariables(
  { variables, open }: HostPlaces,
  { variables: set, args }: ToldCall,
): readonly Told[] {
  const line = plainLine(args);
  return set().flatMap(([name, values]) => {
    const key = variableName(`$${name}`);
    const found = [
      ...(variables.get(key) ?? []),
      ...open.flatMap(([test, place]) => (test.test(key) ? [place] : [])),
    ];
    return found
      .filter(({ when }) => when?.test(line) !== false)
      .flatMap((place) => values.map((value) => ({ place, value })));
  });
}

function plainLine(args: readonly Text[]): string {
  return args
    .map((word) => textOf(word) ?? "?")
    .filter((word) => !word.startsWith("-"))
    .join(" ")
    .slice(0, 1_024);
}

function ofWords({ options, open, operands }: HostPlaces, { args }: ToldCall): readonly Told[] {
  const line = plainLine(args);
  const isMeant = ({ when }: HostPlace): boolean => when?.test(line) !== false;
  const end = args.findIndex((word) => textOf(word) === "--");
  const own = end < 0 ? args : args.slice(0, end);
  const named = (option: string): readonly HostPlace[] =>
    [
      ...(options.get(option) ?? []),
      ...open.flatMap(([test, place]) => (test.test(option) ? [place] : [])),
    ].filter(isMeant);
  const found: Told[] = [];
  const add = (places: readonly HostPlace[], value: Text | undefined): void => {
    if (value === undefined) return;
    for (const place of places) found.push({ place, value });
  };
  const taken = new Set<Text>();
  for (const [at, word] of own.entries()) {
    const text = knownPrefix(word);
    if (!/^-[^\s]/.test(text)) continue;
    const next = own[at + 1];
    const equals = text.indexOf("=");
    const option = equals < 0 ? text : text.slice(0, equals);
    const exact = textOf(word) === undefined && equals < 0 ? [] : named(option);
    if (exact.length > 0) {
      if (equals < 0 && next !== undefined) taken.add(next);
      add(exact, equals < 0 ? next : dropKnown(word, equals + 1));
      continue;
    }
    if (text.startsWith("--")) {
      const value = equals < 0 ? next : dropKnown(word, equals + 1);
      if (value !== undefined && looksForeign(value))
        add(shortened(option, options).filter(isMeant), value);
      continue;
    }
    const glued = named(text.slice(0, 2));
    if (glued.length > 0) add(glued, dropKnown(word, text[2] === "=" ? 3 : 2));
    // The last letter of a cluster has its value in the next word.
    else if (/^-[A-Za-z]{2,6}$/.test(text)) add(named(`-${text.at(-1)}`), next);
  }
  for (const place of operands.filter(isMeant))
    for (const [at, value] of args.entries())
      if (!taken.has(value) && !/^-./.test(knownPrefix(value)))
        if (place.form !== "remote" || at <= 8) found.push({ place, value, isOperand: true });
  return found;
}

/** Options that a beginning stands for, as most readers of long options have it. */
function shortened(option: string, options: HostPlaces["options"]): readonly HostPlace[] {
  if (option.length < 5) return [];
  return [...options].flatMap(([name, places]) =>
    name.startsWith("--") && name !== option && name.startsWith(option) ? places : [],
  );
}

/** Whether a value is an address, a host with a domain, or not known. */
function looksForeign(value: Text): boolean {
  const text = textOf(value);
  if (text === undefined) return true;
  return /^[a-z][\w+.-]*:\/\//i.test(text) || (PLAIN_HOST.test(text) && !FILE_NAME.test(text));
}

type Reading = { readonly isOperand?: boolean | undefined; readonly context: () => ModelContext };

/** The addresses that a value names. */
function hostsOf(form: HostForm, value: Text, { isOperand, context }: Reading): readonly Text[] {
  const text = textOf(value)?.replace(/^(['"])(.*)\1$/s, "$2");
  switch (form) {
    case "host":
      if (isOperand === true)
        return text === undefined
          ? []
          : PLAIN_HOST.test(text) && !FILE_NAME.test(text)
            ? [literal(text)]
            : [];
      return text === undefined ? [openHost(value)] : hostsIn(text);
    case "url":
      if (text === undefined) return openUrl(value, isOperand === true);
      if (text.startsWith(IMAGE_SCHEME))
        return hostsOf("image", literal(text.slice(IMAGE_SCHEME.length)), { isOperand, context });
      return /^(?:[\w+]+\+|\w+::)?[a-z][a-z0-9+.-]*:\/\//i.test(text) ? urlsIn(text) : [];
    case "list":
      if (text === undefined) return [NOBODY];
      return text.includes(",") || looksForeign(literal(text)) ? hostsIn(text) : [];
    case "set":
      return isOperand === true && !/^\w+=/.test(knownPrefix(value))
        ? []
        : ofSetting(value, text, context);
    case "remote":
      return ofRemote(value, text, isOperand === true);
    case "repository":
      return ofRepository(value, text, isOperand === true);
    case "image":
      if (text === undefined) return knownPrefix(value).includes("/") ? [] : [NOBODY];
      return isOfStrangeRegistry(literal(text)) ? [literal(text.split("/")[0] ?? "")] : [];
    case "file":
      return ofFile(value, text, context());
    default:
      return form satisfies never;
  }
}

function urlsIn(text: string): readonly Text[] {
  return [...text.matchAll(URL_WITHIN)].flatMap(([url]) =>
    NO_HOST.test(url) || OF_ACCOUNT.test(url) ? [] : [literal(url)],
  );
}

/** Hosts of a value that is one or a list of them, each perhaps behind a name of its own. */
function hostsIn(text: string): readonly Text[] {
  if (/[a-z\d]:\/\//i.test(text)) {
    const inside = /[?&](?:endpoint|host)=([^&\s]+)/i.exec(text)?.[1];
    return [...urlsIn(text), ...(inside === undefined ? [] : [literal(inside)])];
  }
  return text.split(/[\s,;|]+/).flatMap((one): readonly Text[] => {
    const host = one.replace(/^[\w.-]+=/, "").replace(/^[+@]/, "");
    if (NO_HOST.test(host)) return [];
    return [HOST_LIKE.test(host) ? literal(host) : NOBODY];
  });
}

/** The address in a value of which not all is known: what is known is in front. */
function openHost(value: Text): Text {
  const start = knownPrefix(value);
  const scheme = /[a-z][a-z0-9+.-]*:\/\/\S*$/i.exec(start);
  if (scheme !== null) return dropKnown(value, scheme.index);
  return dropKnown(value, /^['"]?[\w.-]+=/.exec(start)?.[0].length ?? 0);
}

function openUrl(value: Text, isOperand: boolean): readonly Text[] {
  const start = knownPrefix(value);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(start))
    return NO_HOST.test(start) || OF_ACCOUNT.test(start) ? [] : [value];
  return start === "" && !isOperand ? [NOBODY] : [];
}

function ofSetting(
  value: Text,
  text: string | undefined,
  context: () => ModelContext,
): readonly Text[] {
  const start = text ?? knownPrefix(value);
  const found = /^['"]?([^=\s]+)(?:\s*=\s*|\s+)/.exec(start);
  const key = found?.[1] ?? "";
  if (found === null) {
    if (text === undefined) return [NOBODY];
    return /[/.]/.test(text) ? ofFile(value, text, context()) : [];
  }
  const inKey = /\burl\.([a-z][a-z0-9+.-]*:\/\/[^\s"']+?)\.insteadof$/i.exec(key)?.[1];
  const ofKey = inKey === undefined ? [] : [literal(inKey)];
  if (!HOST_SETTING.test(key.replace(/['"]/g, ""))) return ofKey;
  if (inKey !== undefined) return ofKey;
  if (text === undefined) return [openHost(dropKnown(value, found[0].length))];
  // `host=a dbname=b`: each word is a setting of its own.
  const others = /\s[\w-]+=/.exec(text)?.index;
  if (others !== undefined)
    return text.split(/\s+/).flatMap((one) => ofSetting(literal(one), one, context));
  const rest = text.slice(found[0].length).replace(/^(['"])(.*)\1$/s, "$2");
  return [...ofKey, ...hostsIn(rest.replace(/['"]$/, ""))];
}

function ofRemote(value: Text, text: string | undefined, isOperand: boolean): readonly Text[] {
  const start = text ?? knownPrefix(value);
  if (/[a-z\d]:\/\//i.test(start)) return text === undefined ? [openHost(value)] : urlsIn(text);
  const plain = start.replace(/^(?:sftp|rest|s3):/, "");
  const isScp = /^[^\s/:@]+@[^\s/:]+:/.test(plain) || (!isOperand && /^[^\s/:]+:/.test(plain));
  if (OF_ACCOUNT.test(start) && !start.startsWith("s3:")) return [];
  if (isScp) return [literal((plain.split(":")[0] ?? "").replace(/^[^@]*@/, ""))];
  return text === undefined && start === "" && !isOperand ? [NOBODY] : [];
}

function ofRepository(value: Text, text: string | undefined, isOperand: boolean): readonly Text[] {
  if (text === undefined) {
    const start = knownPrefix(value);
    return isOperand && start === ""
      ? []
      : start.split("/").length > 2
        ? [openHost(value)]
        : start === ""
          ? [NOBODY]
          : [];
  }
  if (/[a-z\d]:\/\//i.test(text)) return urlsIn(text);
  const [host = "", ...rest] = text.split("/");
  if (rest.length >= 2 && host.includes(".")) return [literal(host)];
  const scp = /^(?:[^\s/:@]+@)([^\s/:]+):/.exec(text)?.[1];
  return scp === undefined ? [] : [literal(scp)];
}

/** Hosts that a file of settings names; nobody's where it cannot be read whole. None where it is the person's own. */
function ofFile(path: Text, text: string | undefined, context: ModelContext): readonly Text[] {
  if (text === "" || text === "/dev/null" || text === "-") return [];
  if (text === undefined || hasHole(path)) return [NOBODY];
  return text
    .split(":")
    .filter((one) => one !== "")
    .flatMap((one) => {
      const place = context.placeOf(literal(one));
      if (place !== undefined && isOwn(place, one, context)) return [];
      const found = place === undefined ? undefined : context.untouched(place);
      return typeof found === "object" ? hostsInSettings(found.text) : [NOBODY];
    });
}

function isOwn(place: string, written: string, { home, wasWritten }: ModelContext): boolean {
  const isOfPerson = isWithin(home, place) && place.startsWith(`${home}/.`);
  return (isOfPerson || /^\/(?:etc|usr)\//.test(place)) && !wasWritten(literal(written));
}

/** `key: value` or `key = value` of settings that name a host. */
const SETTING =
  /^(?:[^\S\n\r]|-)*["']?([\w.:-]*(?:server|hosts?|hostname|url|uri|endpoint|registry|proxy|address|index))["']?\s*[:=]\s*["']?([^\s"'#,]+)/gim;

function hostsInSettings(text: string): readonly Text[] {
  // What refers to something else, or writes its letters in another way, may name other hosts than it shows.
  if (text.length > SETTINGS_CHARS_MAX || /[{}\\&*<]|\$|\binclude/i.test(text)) return [NOBODY];
  const found = [...text.matchAll(SETTING)].flatMap(([, , value = ""]) => hostsIn(value));
  return found.length === 0 ? [NOBODY] : found.slice(0, HOSTS_MAX);
}
