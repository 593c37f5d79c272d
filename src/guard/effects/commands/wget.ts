// wget: fetches URLs into files; options send files, and write logs.
import {
  EMPTY,
  hole,
  literal,
  sourcesOf,
  type Text,
  textOf,
  type TextSet,
} from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type Invocation,
  type ModelContext,
} from "../model/command-model.ts";
import { loads, prints, reads, writes } from "../model/consequences.ts";
import { parseDestination } from "../network/destination.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { asksOnly, WGET } from "../network/read-only-requests.ts";

export const wget: CommandModel = command({
  names: ["wget"],
  options: {
    document: taking("O", "--output-document"),
    log: taking("oa", "--output-file --append-output"),
    writes: taking("--save-cookies --rejected-log --hsts-file"),
    archive: taking("--warc-file"),
    prefix: taking("P", "--directory-prefix"),
    list: taking("i", "--input-file"),
    base: taking("B", "--base"),
    sends: taking("--post-file --body-file"),
    text: taking(
      "U",
      "--post-data --body-data --header --user-agent --referer --user --password --http-user --http-password --ftp-user --ftp-password --proxy-user --proxy-password --method",
    ),
    files: taking(
      "--load-cookies --certificate --private-key --ca-certificate --ca-directory --crl-file --pinnedpubkey --egd-file --random-file --warc-dedup",
    ),
    startup: taking("e", "--execute"),
    config: taking("--config"),
    runs: taking("--use-askpass"),
    cut: taking("--cut-dirs"),
    hostless: flags("-nH --no-host-directories"),
    number: taking(
      "tTwQlARDIX",
      "--tries --timeout --wait --waitretry --limit-rate --quota --level --accept --reject --domains --exclude-domains --include-directories --exclude-directories --accept-regex --reject-regex --regex-type --default-page --dns-timeout --connect-timeout --read-timeout --restrict-file-names --prefer-family --local-encoding --remote-encoding --secure-protocol --max-redirect --bind-address --progress --compression --ciphers --start-pos --retry-on-http-error --follow-tags --ignore-tags --certificate-type --private-key-type --report-speed --unit --bind-dns-address --dns-servers --warc-header --warc-max-size --metalink-index",
    ),
    directories: flags("x", "--force-directories"),
    tree: flags(
      "rmpKEH",
      "--recursive --mirror --page-requisites --backup-converted --adjust-extension --span-hosts",
    ),
    spider: flags("--spider"),
    trusts: flags("--content-disposition --trust-server-names"),
    deletesAfter: flags("--delete-after"),
    about: flags("hV", "--help --version"),
    optional: maybeTaking("--show-progress --backups --no-config"),
    style: flags(
      "qvcNSbd46FkL",
      "--quiet --verbose --no-verbose -nv -nc -nd -np --no-clobber --continue --timestamping --server-response --background --debug --inet4-only --inet6-only --no-directories --protocol-directories --force-html --convert-links --relative --no-parent --no-check-certificate --no-cache --no-cookies --no-proxy --no-dns-cache --no-use-server-timestamps --content-on-error --https-only --random-wait --retry-connrefused --retry-on-host-error --no-hsts --no-netrc --ignore-case --no-glob --no-passive-ftp --keep-session-cookies --ignore-length --save-headers --auth-no-challenge --no-http-keep-alive --unlink --no-iri --xattr --if-modified-since --strict-comments --no-if-modified-since --no-warc-compression --ask-password --follow-ftp --ftps-clear-data-connection --ftps-fallback-to-ftp --ftps-implicit --ftps-resume-ssl --no-ftps-resume-ssl --no-remove-listing --no-warc-digests --no-warc-keep-log --preserve-permissions --retr-symlinks --warc-cdx --convert-file-only --keep-badhash",
    ),
  },
  effects: (invocation, context) => {
    const { stdin } = invocation;
    const { operands, has, values, found: told } = withSettings(invocation, context);
    if (has("about")) return [];
    const found: Consequence[] = [...told];
    const carried: DataSource[] = [
      { kind: "argument" },
      ...sourcesOf([...operands, ...values("text")]),
    ];
    for (const path of [...values("sends"), ...values("list"), ...values("files")]) {
      if (textOf(path) === "-") carried.push(...sourcesOf(stdin ?? EMPTY));
      else found.push(reads(path));
    }
    for (const path of values("sends")) carried.push(...sourcesOf(context.contentOf(path)));
    for (const path of [...values("log"), ...values("writes")]) found.push(writes(path, "append"));
    for (const path of values("config")) found.push(reads(path));
    for (const path of values("archive"))
      found.push(
        writes([...path, hole("dynamic-path", { like: "*.warc*", splits: false })], "create"),
      );
    for (const program of values("runs")) found.push({ kind: "run", argv: [program] });
    const netrc = literal(`${context.home}/.netrc`);
    if (context.isFile(netrc)) found.push(loads(netrc));
    const urls: readonly Text[] = has("list") ? [...operands, [hole("dynamic-path")]] : operands;
    const answers = urls.map(
      (url): Text => [
        hole("dynamic-code", {
          sources: [{ kind: "network", destination: parseDestination(url) }],
        }),
      ],
    );
    const asks = asksOnly(invocation.args, WGET);
    for (const url of urls)
      found.push({
        kind: "contacts",
        url,
        scheme: "http",
        carries: carried,
        ...(asks ? { asks } : {}),
      });
    if (has("spider")) return found;
    const content = answers.length === 0 ? EMPTY : answers;
    const [document] = values("document");
    if (document !== undefined) {
      if (textOf(document) === "-") found.push(prints(content));
      else found.push(writes(document, "create", { content }));
      return found;
    }
    const [prefix] = values("prefix");
    const inside = (name: Text): Text =>
      prefix === undefined ? name : [...prefix, ...literal("/"), ...name];
    if (has("tree") || has("list"))
      return [...found, writes(prefix ?? literal("."), "create", { reach: "tree", content })];
    return [...found, ...fetchedFiles({ urls, content, inside, has, values }, context)];
  },
});

/** What is fetched, and how its files are named. */
type Fetched = Pick<Invocation, "has" | "values"> & {
  readonly urls: readonly Text[];
  readonly content: TextSet;
  /** A name below the directory that an option gives. */
  readonly inside: (name: Text) => Text;
};

/** A file for each address, named after it. */
function fetchedFiles(
  { urls, content, inside, has, values }: Fetched,
  context: ModelContext,
): readonly Consequence[] {
  const found: Consequence[] = [];
  // Of the address the host and directories are kept where options ask for it.
  const cut = Number(textOf(values("cut")[0] ?? []) ?? 0);
  const isKept = (at: number, count: number): boolean =>
    at === count - 1 || (has("directories") && (at === 0 ? !has("hostless") : !(at <= cut)));
  for (const url of urls) {
    const text = textOf(url);
    const name = text
      ?.replace(/^[a-z]+:\/\//i, "")
      .replace(/#.*$/, "")
      .split("/")
      .filter((_, at, all) => isKept(at, all.length))
      .join("/");
    // WHY: a server may redirect or name the file; wget takes the name from the URL unless told to trust it.
    const isKnown = text !== undefined && name !== undefined && !has("trusts");
    const file = isKnown
      ? literal(name === "" || name.endsWith("/") ? `${name}index.html` : name)
      : [hole("dynamic-path", { like: "*", splits: false })];
    found.push(
      writes(inside(file), "create", { content }),
      // A name that something has already gets a number.
      ...(isKnown && !(urls.length === 1 && context.isMissing(inside(file)))
        ? [
            writes(
              inside([...file, hole("dynamic-path", { like: ".*", splits: false })]),
              "create",
              { content },
            ),
          ]
        : []),
    );
  }
  return found;
}

/** Settings of a start-up file by the options that say the same, without dashes and underscores. */
const SETTINGS: Readonly<Record<string, string>> = {
  outputdocument: "document",
  logfile: "log",
  savecookies: "writes",
  warcfile: "archive",
  rejectedlog: "writes",
  hstsfile: "writes",
  dirprefix: "prefix",
  input: "list",
  postfile: "sends",
  bodyfile: "sends",
  postdata: "text",
  bodydata: "text",
  header: "text",
  useragent: "text",
  referer: "text",
  loadcookies: "files",
  certificate: "files",
  privatekey: "files",
  cacertificate: "files",
  useaskpass: "runs",
  recursive: "tree",
  mirror: "tree",
  pagerequisites: "tree",
  spider: "spider",
  deleteafter: "deletesAfter",
};
const PROXY_SETTING = /^(?:http|https|ftp)proxy$/;
const PLAIN_SETTING =
  /^(?:tries|timeout|wait|quiet|verbose|debug|continue|timestamping|useproxy|robots|checkcertificate|reclevel|noclobber|serverresponse|retryconnrefused|netrc|cache|cookies|contentdisposition|inet4only|inet6only|limitrate|quota|randomwait|showprogress|progress|maxredirect)$/;

/** The call with what `--execute` and the file of `--config` say; a setting that is not known leaves it open. */
function withSettings(
  { operands, has, values }: Invocation,
  context: ModelContext,
): Pick<Invocation, "operands" | "has" | "values"> & { readonly found: readonly Consequence[] } {
  const lines = [
    ...values("startup"),
    ...values("config").flatMap((path) => context.textAt(path)),
  ].flatMap((text) => textOf(text)?.split("\n") ?? [undefined]);
  const added = new Map<string, Text[]>();
  const found: Consequence[] = [];
  for (const line of lines) {
    if (line !== undefined && /^\s*(?:#|$)/.test(line)) continue;
    const [, name = "", value = ""] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(line ?? "") ?? [];
    const setting = name.toLowerCase().replaceAll(/[-_]/g, "");
    const option = SETTINGS[setting];
    if (option !== undefined) added.set(option, [...(added.get(option) ?? []), literal(value)]);
    else if (PROXY_SETTING.test(setting))
      found.push({
        kind: "contacts",
        url: literal(value),
        scheme: "http",
        carries: [{ kind: "argument" }],
      });
    else if (!PLAIN_SETTING.test(setting))
      found.push({
        kind: "unknown",
        reason: "unknown-option",
        detail: "a setting of wget from an argument or a file",
      });
  }
  return {
    operands,
    has: (option) => has(option) || added.has(option),
    values: (option) => [...values(option), ...(added.get(option) ?? [])],
    found,
  };
}
