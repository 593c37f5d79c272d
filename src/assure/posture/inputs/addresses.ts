// Addresses in configurations: which are this machine's, unencrypted, or of a host that nobody vouches for.

/** Host of an address, lower case, without port, user and brackets; undefined where the text is none. */
export function hostOf(address: string): string | undefined {
  const match = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/(?:[^/@\s]*@)?(\[[^\]]+\]|[^:/?#\s]+)/.exec(
    address.trim(),
  );
  return match?.[1]?.toLowerCase().replace(/^\[|\]$/g, "");
}

/** Whether a host is this machine. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|(?:.*\.)?localhost|127(?:\.\d{1,3}){3}|::1|0\.0\.0\.0|host\.docker\.internal)$/.test(
    host,
  );
}

/** Whether a host lies in a private network by its number. */
export function isPrivateNumber(host: string): boolean {
  return /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|100\.(?:6[4-9]|[789]\d|1[01]\d|12[0-7])\.|f[cd][0-9a-f]{2}:|fe80:)/.test(
    host,
  );
}

/** An address that goes unencrypted to another machine. A value that is put in later says nothing. */
export function isPlainRemote(address: string): boolean {
  if (!/^(?:http|ws|grpc|tcp|ftp|git):\/\//i.test(address.trim())) return false;
  const host = hostOf(address);
  return host !== undefined && !isLoopback(host) && !host.includes("$");
}

/** Hosts on which anybody puts up anything within a minute: tunnels, pastes, collectors of requests, throw-away sites. */
const THROW_AWAY =
  /(?:^|\.)(?:ngrok(?:-free)?\.(?:io|app|dev)|trycloudflare\.com|loca\.lt|localtunnel\.me|serveo\.net|localhost\.run|lhr\.life|pagekite\.me|bore\.pub|tunnelmole\.net|telebit\.io|playit\.gg|pinggy\.(?:io|link)|zrok\.io|pastebin\.com|paste\.ee|hastebin\.com|rentry\.co|dpaste\.(?:com|org)|ghostbin\.\w+|transfer\.sh|file\.io|0x0\.st|termbin\.com|webhook\.site|requestbin\.(?:com|net)|requestcatcher\.com|hookbin\.com|pipedream\.net|beeceptor\.com|interact\.sh|oast\.\w+|burpcollaborator\.net|glitch\.me|repl\.co|replit\.(?:app|dev)|gist\.githubusercontent\.com|raw\.githack\.com|surge\.sh|duckdns\.org|no-ip\.\w+|nip\.io|sslip\.io|bit\.ly|tinyurl\.com|t\.co|goo\.gl|is\.gd|onion)$/;

/** Whether nobody vouches for a host: a tunnel, a paste, a raw public number. */
export function isThrowAwayHost(host: string): boolean {
  if (THROW_AWAY.test(host)) return true;
  const isNumber = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || /^[0-9a-f]*:[0-9a-f:]+$/.test(host);
  return isNumber && !isLoopback(host) && !isPrivateNumber(host);
}

/** A text that fetches code and runs it in one go. */
const FETCH = String.raw`(?:curl|wget|fetch|iwr|irm|invoke-webrequest|invoke-restmethod|aria2c|http|https)\b`;
const RUNNER = String.raw`(?:sudo\s+(?:-\S+\s+)*)?(?:env\s+)?(?:/(?:usr/)?bin/)?(?:ba|z|da|k)?sh\b|(?:sudo\s+(?:-\S+\s+)*)?(?:node|deno|bun|python3?|perl|ruby|php|iex|invoke-expression|source)\b`;
/** A program that the line itself gives: what comes down is its data, unless it runs that. */
const OWN_PROGRAM = String.raw`\s+(?:-[cenp]{1,3}\s(?![^\n]*\b(?:exec|eval|compile|system|popen|spawn|subprocess|Function)\b)|-m\s+json\b)`;
const DOWNLOADS: readonly RegExp[] = [
  new RegExp(
    String.raw`\b${FETCH}[^\n;&]*\|\s*(?:tee\s+\S+\s*\|\s*)?(?:${RUNNER})(?!${OWN_PROGRAM})`,
    "i",
  ),
  new RegExp(String.raw`(?:${RUNNER})[^\n|;&]*\s<\(\s*${FETCH}`, "i"),
  new RegExp(String.raw`\b(?:source|\.)\s+<\(\s*${FETCH}`, "i"),
  new RegExp(String.raw`\b(?:ba|z|da|k)?sh\s+-\w*c\s+["']?\s*(?:\$\(|\x60)\s*${FETCH}`, "i"),
  new RegExp(String.raw`\beval\s+["']?\s*(?:\$\(|\x60)\s*${FETCH}`, "i"),
  new RegExp(String.raw`\b(?:iex|invoke-expression)\b[^\n]*${FETCH}`, "i"),
  new RegExp(String.raw`\biex\s*\(\s*\(?\s*new-object\s+net\.webclient`, "i"),
  new RegExp(
    String.raw`\b(?:curl|wget)\b[^\n]*?(?:-o|-O|--output|--output-document|>)\s*(\S+)[^\n]*(?:&&|;)\s*(?:chmod[^\n]*(?:&&|;)\s*)?(?:sudo\s+)?(?:(?:ba|z)?sh\s+|python3?\s+|node\s+|\./)?\1(?=\s|$|["'])`,
    "i",
  ),
  /\bdeno\s+(?:run\s+|serve\s+)?(?:[^\s|;&]+\s+)*https?:\/\//i,
  /\bpython3?\s+-c\s+.*(?:urlopen|requests\.get).*\bexec\b|\b(?:exec|eval|compile)\(\s*[\w.]*(?:urlopen|(?:requests|httpx)\.get)\(/i,
  /\bnode\s+(?:-e|--eval)\s+.*https?\.get\(.*\beval\b/i,
];

/** Whether a text downloads code and runs it. */
export function downloadsCode(text: string): boolean {
  return DOWNLOADS.some((pattern) => pattern.test(text));
}
