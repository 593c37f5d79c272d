// openssl: files in and out, connections, and code that it loads.
import { named } from "#base/named.ts";
import {
  EMPTY,
  hole,
  knownPrefix,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
  textsOf,
  unknownDigits,
} from "../../shell/values/text.ts";
import { mapBinary } from "../../shell/values/bytes.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type Invocation,
} from "../model/command-model.ts";
import { prints, reads, readsPublic, serves, usesKeyTo, writes } from "../model/consequences.ts";
import { parseInvocation } from "../model/parse-invocation.ts";
import { ALPHABETS, decodeDigits, encodeDigits } from "../../bytes/encodings.ts";
import { flags, taking } from "../model/option-list.ts";

const SUBCOMMANDS =
  "asn1parse ca ciphers cms crl crl2pkcs7 dgst dhparam dsa ec ecparam enc genpkey genrsa help list nseq ocsp passwd pkcs12 pkcs7 pkcs8 pkey pkeyparam pkeyutl prime rand rehash req rsa rsautl s_client s_server s_time sess_id smime speed spkac srp storeutl ts verify version x509 base64 md5 sha1 sha256 sha512 aes-256-cbc aes-128-cbc genrsa fipsinstall info kdf mac errstr cmp gendsa dsaparam";

/** Options of the subcommands together; they agree on what takes a value. */
const OPTIONS = {
  reads: taking(
    "-inkey -key -cert -CApath -certfile -signkey -CAkey -CA -config -extfile -kfile -rand -cert_chain -verify_file -data -signature -sign -prverify -content -recip -signer -issuer -respin -reqin -sigfile -peerkey -kdfopt_file -attime_file",
  ),
  input: taking("-in"),
  publics: taking("-CAfile -chainCAfile -untrusted -trusted -verify"),
  writes: taking(
    "-out -keyout -writerand -keylogfile -sess_out -CAserial -outdir -pubout_file -crl_out",
  ),
  passes: taking("-pass -passin -passout -password"),
  hosts: taking("-connect -proxy -url -host"),
  accepts: taking("-accept"),
  serves: flags("-WWW -HTTP"),
  loads: taking("-engine -provider -provider-path -engine_impl"),
  named: taking(
    "-k -K -iv -S -md -iter -inform -outform -days -subj -newkey -pkeyopt -copy_extensions -servername -starttls -port -alpn -ciphers -ciphersuites -name -caname -algorithm -nameopt -certopt -set_serial -extensions -reqexts -section -format -keyform -purpose -bits -salt_length -macopt -mac -hmac -curve -sigopt -checkhost -checkend -checkip -checkemail -fingerprint_md -status_method -seconds -groups -curves -timeout_ms -keyopt -digest -cipher -dateopt -startdate -enddate -policy -naccept -crldays -valid -crlhours -pkcs8_iter -v2 -v1 -maxfraglen -showsize",
  ),
  style: flags(
    "-d -e -a -A -www -rev -nocert -base64 -salt -nosalt -p -P -pbkdf2 -none -debug -nopad -z -text -noout -pubkey -pubin -pubout -modulus -serial -subject -issuer_hash -subject_hash -hash -dates -startdate_print -fingerprint -email -ocsp_uri -x509 -new -nodes -noenc -batch -verbose -utf8 -check -hex -binary -c -r -list -showcerts -quiet -brief -nbio -crlf -ign_eof -no_ign_eof -tls1_2 -tls1_3 -tls1_1 -no_ssl3 -ssl3 -4 -6 -status -state -verify_return_error -prexit -aes256 -aes128 -aes192 -des3 -export -nokeys -nocerts -clcerts -cacerts -info -print_certs -legacy -topk8 -nocrypt -traditional -param_out -genkey -conv_form -req -CAcreateserial -md5 -sha1 -sha224 -sha256 -sha384 -sha512 -sha3-256 -blake2b512 -aes-256-cbc -aes-128-cbc -aes-256-ctr -1 -5 -6 -apr1 -stdin -noverify -crypt -v -o -f -b -help -ext_all -purpose_all -enc -dec -encrypt -decrypt -derive -asn1 -crl_check -partial_chain -x509_strict -aes_cbc -multi_all -elapsed -evp_all -addtrust -trustout -all -stdname -commands -digest-algorithms -cipher-algorithms",
  ),
  extensions: taking("-addext"),
  ext: taking("-ext -evp -multi"),
};

/** Of so many bytes the digits are followed. */
const RANDOM_BYTES_MAX = 256;

export const openssl: CommandModel = command({
  names: ["openssl"],
  subcommands: new Set(SUBCOMMANDS.split(" ")),
  optionsEnd: "first-operand",
  options: { about: flags("-version -v -help --version") },
  effects: ({ operands, stdin, name }, context) => {
    const [first, ...rest] = operands;
    const subcommand = first === undefined ? "" : textOf(first);
    if (
      subcommand === "" ||
      subcommand === undefined ||
      !SUBCOMMANDS.split(" ").includes(subcommand)
    ) {
      // Without a subcommand the input holds them.
      return [
        {
          kind: "unknown",
          reason: "unmodelled",
          detail: "a subcommand of `openssl` that sallyport does not know",
        },
      ];
    }
    const call = parseInvocation({ options: OPTIONS, optionsEnd: "anywhere" }, name, rest, stdin);
    const found: Consequence[] = call.unknownOptions.map((option) => ({
      kind: "unknown",
      reason: "unknown-option",
      detail: `\`openssl ${subcommand}\` has an option that sallyport does not know: \`${option}\``,
    }));
    const { keys, authorities, usedTo } = keysOf(subcommand, call);
    const isPlain = (path: Text): boolean => ![...keys, ...authorities].includes(path);
    found.push(...keys.map((path) => usesKeyTo(path, usedTo)), ...authorities.map(readsPublic));
    const inputs = [
      ...call.values("reads").filter(isPlain),
      ...(isOfCertificates(subcommand, call) ? [] : call.values("input").filter(isPlain)),
      ...(/^(dgst|rehash|storeutl|md5|sha1|sha256|sha512)$/.test(subcommand) ? call.operands : []),
    ];
    found.push(
      ...inputs.map((path) => reads(path, subcommand === "rehash" ? "tree" : "entry")),
      ...certificates(subcommand, call).map(readsPublic),
    );
    if (!call.values("extensions").every(isPlainExtension))
      found.push({
        kind: "unknown",
        reason: "unmodelled",
        detail: "an extension for which `openssl` may read a file",
      });
    found.push(...call.values("passes").flatMap((pass) => password(pass)));
    const opened = [...keys, ...authorities, ...inputs, ...certificates(subcommand, call)];
    const content: TextSet =
      opened.length === 0 ? (stdin ?? EMPTY) : opened.flatMap((path) => context.contentOf(path));
    const result = output(subcommand, call, content);
    for (const path of call.values("writes"))
      found.push(writes(path, "create", { content: result }));
    if (call.has("loads"))
      found.push({ kind: "unknown", reason: "dynamic-code", detail: "code that `openssl` loads" });
    for (const host of call.values("hosts"))
      found.push({
        kind: "contacts",
        url: host,
        scheme: "tls",
        carries: [{ kind: "argument" }, ...sourcesOf(stdin ?? EMPTY)],
      });
    if (/^(s_client|s_time)$/.test(subcommand)) {
      for (const host of call.operands)
        found.push({
          kind: "contacts",
          url: host,
          scheme: "tls",
          carries: [{ kind: "argument" }, ...sourcesOf(stdin ?? EMPTY)],
        });
    }
    if (subcommand === "s_server") found.push(...served(call, stdin ?? EMPTY));
    if (/^(ca|ts|cmp|fipsinstall)$/.test(subcommand))
      found.push({
        kind: "unknown",
        reason: "unmodelled",
        detail: `\`openssl ${subcommand}\` takes files from its settings`,
      });
    return [...found, prints(result)];
  },
});

/** What a server gives to whoever asks: its input, and with these options files below the working directory. */
function served(call: Pick<Invocation, "has" | "values">, stdin: TextSet): readonly Consequence[] {
  const [accepts] = call.values("accepts").slice(-1);
  const host = /^(?:\[([^\]]+)\]|([^:[\]]+)):\d+$/.exec(textOf(accepts ?? []) ?? "");
  const isOfFiles = call.has("serves");
  return [
    {
      kind: "effect",
      effect: {
        kind: "egress",
        destination: { host: host?.[1] ?? host?.[2], port: undefined, scheme: "tls" },
        carries: isOfFiles ? [{ kind: "unknown" }] : [{ kind: "argument" }, ...sourcesOf(stdin)],
      },
    },
    ...(isOfFiles ? [serves(literal("."))] : []),
  ];
}

/**
 * Subcommands that look for nothing but certificates, requests and public keys in what they are given by `-in`, and pass over
 * any other part of the file: a private key in it is not shown.
 */
const OF_CERTIFICATES = /^(?:x509|crl|req|verify|pkcs7|ocsp|crl2pkcs7)$/;

function isOfCertificates(subcommand: string, call: Pick<Invocation, "has" | "args">): boolean {
  const isPublic =
    /^(?:pkey|rsa|ec|dsa)$/.test(subcommand) && call.args.some((word) => textOf(word) === "-pubin");
  return isPublic || OF_CERTIFICATES.test(subcommand);
}

/** Options of the subcommands that take a private key, and print and write nothing of it with no other options than `PLAIN_WORD`. */
const KEY_OPTIONS: Readonly<Record<string, RegExp>> = {
  req: /^-key$/,
  x509: /^-(?:CAkey|signkey|key)$/,
  dgst: /^-sign$/,
  pkey: /^-in$/,
  rsa: /^-in$/,
  ec: /^-in$/,
};
const PLAIN_WORD =
  /^(?:-(?:key|CA|CAkey|signkey|sign|in|out|new|x509|req|subj|days|sha\d+|batch|utf8|nodes|noenc|noout|pubout|modulus|check|verbose|CAcreateserial|CAserial|copy_extensions|set_serial|addext|passin|outform|hex|binary)|[^-].*)$/s;
/** With `-text` these show the private part. */
const SHOWS_PUBLIC = /^(?:req|x509)$/;
/** WHY so few signs: `proxyCertInfo` puts a whole file into the certificate, by whatever name, behind a new line and with escapes too. */
const PLAIN_EXTENSION = /^(?!proxyCertInfo)\w+=[\w .,:;*@/=()+-]*$/i;

function isPlainExtension(value: Text): boolean {
  return PLAIN_EXTENSION.test(textOf(value) ?? knownPrefix(value));
}

/** The private keys that a call works with and does not show, what for, and files of which it then takes the certificate alone. */
function keysOf(
  subcommand: string,
  { args, operands, values }: Pick<Invocation, "args" | "operands" | "values">,
): {
  readonly keys: readonly Text[];
  readonly authorities: readonly Text[];
  readonly usedTo: string;
} {
  const none = { keys: [], authorities: [], usedTo: "" };
  const option = KEY_OPTIONS[subcommand];
  const words = args.map((word) => textOf(word) ?? knownPrefix(word).slice(0, 1));
  const isPlain = words.every(
    (word) => PLAIN_WORD.test(word) || (word === "-text" && SHOWS_PUBLIC.test(subcommand)),
  );
  const showsPublic = words.includes("-pubout") || words.includes("-noout");
  const isOfKey = /^(?:pkey|rsa|ec)$/.test(subcommand);
  if (option === undefined || !isPlain || (isOfKey && !showsPublic)) return none;
  const keys = args.filter((_, at) => option.test(words[at - 1] ?? ""));
  const [file] = [...(subcommand === "dgst" ? operands : []), ...values("writes")];
  const name = file === undefined ? undefined : textOf(file);
  return {
    keys,
    authorities: words.includes("-CAkey") ? args.filter((_, at) => words[at - 1] === "-CA") : [],
    usedTo: isOfKey
      ? "show its public part"
      : `sign ${name === undefined ? "something" : named(name)}`,
  };
}

/** Files of which only certificates are shown. */
function certificates(
  subcommand: string,
  call: Pick<Invocation, "has" | "args" | "values" | "operands">,
): readonly Text[] {
  return [
    ...call.values("publics"),
    ...(isOfCertificates(subcommand, call) ? call.values("input") : []),
    ...(subcommand === "verify" ? call.operands : []),
  ];
}

function output(
  subcommand: string,
  call: { readonly args: readonly Text[] },
  content: TextSet,
): TextSet {
  const words = call.args.map((word) => textOf(word));
  if (subcommand === "rand") return digitsOf(words);
  const decodes =
    (subcommand === "base64" ||
      (subcommand === "enc" && (words.includes("-base64") || words.includes("-a")))) &&
    !words.some((word) => word === undefined || !ENCODING_WORD.test(word));
  if (decodes && !words.includes("-d") && textsOf(content) !== undefined)
    return mapBinary(
      content,
      (binary) => {
        const digits = encodeDigits(binary, ALPHABETS["base64"] ?? "");
        return words.includes("-A") ? digits : digits.replace(/.{1,64}/g, "$&\n");
      },
      "unmodelled",
    );
  if (decodes && textsOf(content) !== undefined)
    return mapBinary(
      content,
      (binary) => decodeDigits(binary.replace(/\s/g, ""), ALPHABETS["base64"] ?? ""),
      "unmodelled",
    );
  const network =
    subcommand === "s_client"
      ? [
          {
            kind: "network",
            destination: { host: undefined, port: undefined, scheme: "tls" },
          } as const,
        ]
      : [];
  return [[hole("unmodelled", { sources: [...sourcesOf(content), ...network] })]];
}

/** What `openssl rand` prints: digits, as many as it is told. */
function digitsOf(words: readonly (string | undefined)[]): TextSet {
  const [kind, count] = words;
  const bytes = Number(count);
  const isSmall = Number.isInteger(bytes) && bytes > 0 && bytes <= RANDOM_BYTES_MAX;
  if (kind !== "-hex" || words.length !== 2 || !isSmall) return [[hole("unmodelled")]];
  return unknownDigits(2 * bytes);
}

/** Words of a call that only encodes, of which all that begin with a dash are named: no key, no cipher. */
const ENCODING_WORD = /^(?:-(?:base64|a|A|d|in|out)|[^-].*)$/s;

/** Where a password comes from: a file, a variable, the argument itself. */
function password(pass: Text): readonly Consequence[] {
  const text = textOf(pass);
  if (text === undefined) return [];
  return text.startsWith("file:") ? [reads(literal(text.slice(5)))] : [];
}
