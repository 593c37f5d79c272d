// wget: fetches URLs into files; options send files, and write logs.
import { EMPTY, hole, literal, sourcesOf, type Text, textOf } from "../../shell/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  prints,
  reads,
  writes,
} from "../command-model.ts";
import { parseDestination } from "../destination.ts";
import type { DataSource } from "../effect.ts";
import { flags, maybeTaking, taking } from "../option-list.ts";

export const wget: CommandModel = command({
  names: ["wget"],
  options: {
    document: taking("O", "--output-document"),
    log: taking("oa", "--output-file --append-output"),
    writes: taking("--save-cookies --warc-file --rejected-log --hsts-file"),
    prefix: taking("P", "--directory-prefix"),
    list: taking("i", "--input-file"),
    base: taking("B", "--base"),
    sends: taking("--post-file --body-file"),
    text: taking(
      "U",
      "--post-data --body-data --header --user-agent --referer --user --password --http-user --http-password --ftp-user --ftp-password --proxy-user --proxy-password --method",
    ),
    files: taking(
      "--load-cookies --certificate --private-key --ca-certificate --ca-directory --crl-file --pinnedpubkey",
    ),
    startup: taking("e", "--execute --config"),
    runs: taking("--use-askpass"),
    number: taking(
      "tTwQlARDI",
      "--tries --timeout --wait --waitretry --limit-rate --quota --level --accept --reject --domains --exclude-domains --include-directories --exclude-directories --accept-regex --reject-regex --regex-type --cut-dirs --default-page --dns-timeout --connect-timeout --read-timeout --restrict-file-names --prefer-family --local-encoding --remote-encoding --secure-protocol --max-redirect --bind-address --progress --compression --ciphers --start-pos --retry-on-http-error --follow-tags --ignore-tags --certificate-type --private-key-type --report-speed --unit",
    ),
    directories: flags("x", "--force-directories"),
    tree: flags(
      "rmpKEH",
      "--recursive --mirror --page-requisites --backup-converted --adjust-extension --span-hosts",
    ),
    spider: flags("--spider"),
    deletesAfter: flags("--delete-after"),
    about: flags("hV", "--help --version"),
    optional: maybeTaking("--show-progress --backups --no-config"),
    style: flags(
      "qvcNSbd46FkL",
      "--quiet --verbose --no-verbose -nv -nc -nd -nH -np --no-clobber --continue --timestamping --server-response --background --debug --inet4-only --inet6-only --no-directories --no-host-directories --protocol-directories --force-html --convert-links --relative --no-parent --no-check-certificate --no-cache --no-cookies --no-proxy --no-dns-cache --no-use-server-timestamps --content-disposition --content-on-error --trust-server-names --https-only --random-wait --retry-connrefused --retry-on-host-error --no-hsts --no-netrc --ignore-case --no-glob --no-passive-ftp --keep-session-cookies --ignore-length --save-headers --auth-no-challenge --no-http-keep-alive --unlink --no-iri --xattr --if-modified-since --strict-comments --no-if-modified-since --no-warc-compression",
    ),
  },
  effects: ({ operands, has, values, stdin }, context) => {
    if (has("about")) return [];
    const found: Consequence[] = [];
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
    if (has("startup") || has("runs"))
      found.push({
        kind: "unknown",
        reason: "unknown-option",
        detail: "settings of wget from an argument or a file",
      });
    const netrc = literal(`${context.home}/.netrc`);
    if (context.isFile(netrc)) found.push(reads(netrc));
    const urls: readonly Text[] = has("list") ? [...operands, [hole("dynamic-path")]] : operands;
    const answers = urls.map(
      (url): Text => [
        hole("dynamic-code", {
          sources: [{ kind: "network", destination: parseDestination(url) }],
        }),
      ],
    );
    for (const url of urls) found.push({ kind: "contacts", url, scheme: "http", carries: carried });
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
    for (const url of urls) {
      const text = textOf(url);
      const name = text
        ?.replace(/^[a-z]+:\/\//i, "")
        .replace(/#.*$/, "")
        .split("/")
        .slice(has("directories") ? 0 : 1)
        .slice(has("directories") ? 0 : -1)
        .join("/");
      // WHY: a server may redirect or name the file; wget takes the name from the URL unless told to trust it.
      const isKnown = text !== undefined && name !== undefined;
      const file = isKnown
        ? literal(name === "" || name.endsWith("/") ? `${name}index.html` : name)
        : [hole("dynamic-path", { like: "*", splits: false })];
      found.push(
        writes(inside(file), "create", { content }),
        ...(isKnown
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
  },
});
