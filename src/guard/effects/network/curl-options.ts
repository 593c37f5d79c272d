// The options of curl, by what their values stand for.
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

/** All options that curl has, but those that load code into it. */
export const CURL_OPTIONS = {
  output: taking("-o --output"),
  outputDirectory: taking("--output-dir"),
  remoteName: flags("-O --remote-name --remote-name-all"),
  nameOfServer: flags("-J --remote-header-name"),
  writes: role(
    "output",
    taking(
      "-c --cookie-jar -D --dump-header --trace --trace-ascii --stderr --etag-save --hsts --alt-svc --libcurl",
    ),
  ),
  data: taking("-d --data --data-ascii --data-binary --data-urlencode --json --url-query"),
  raw: taking("--data-raw --form-string -A --user-agent -e --referer -u --user"),
  about: flags("-h --help"),
  method: taking("-X --request"),
  form: taking("-F --form"),
  maybeFile: taking("-H --header --proxy-header"),
  format: taking("-w --write-out"),
  cookie: taking("-b --cookie"),
  variable: taking("--variable"),
  upload: taking("-T --upload-file"),
  config: taking("-K --config"),
  url: taking("--url"),
  files: taking(
    "-E --cert --key --cacert --capath --netrc-file --etag-compare --proxy-cert --proxy-key --crlfile --pubkey --proxy-cacert --proxy-capath --proxy-crlfile --egd-file --random-file",
  ),
  proxy: taking(
    "-x --proxy --preproxy --socks4 --socks4a --socks5 --socks5-hostname --doh-url --proxy1.0 --ipfs-gateway",
  ),
  socket: taking("--unix-socket --abstract-unix-socket"),
  netrc: flags("-n --netrc --netrc-optional"),
  redirectHost: taking("--connect-to"),
  resolved: taking("--resolve"),
  number: taking(
    "myYzrCUtPQ",
    "--max-time --speed-time --speed-limit --time-cond --range --continue-at --connect-timeout --retry --retry-delay --retry-max-time --max-redirs --max-filesize --limit-rate --keepalive-time --keepalive-cnt --local-port --parallel-max --parallel-max-host --interface --dns-servers --dns-interface --dns-ipv4-addr --dns-ipv6-addr --ciphers --tls-max --tls13-ciphers --cert-type --key-type --pass --proxy-user --proto --proto-redir --proto-default --oauth2-bearer --request-target --create-file-mode --curves --noproxy --expect100-timeout --happy-eyeballs-timeout-ms --telnet-option --ftp-port --quote",
    "--aws-sigv4 --delegation --ftp-account --ftp-alternative-to-user --ftp-method --ftp-ssl-ccc-mode --haproxy-clientip --hostpubmd5 --hostpubsha256 --ip-tos --krb --login-options --mail-auth --mail-from --mail-rcpt --pinnedpubkey --proxy-cert-type --proxy-ciphers --proxy-key-type --proxy-pass --proxy-pinnedpubkey --proxy-service-name --proxy-tls13-ciphers --proxy-tlsauthtype --proxy-tlspassword --proxy-tlsuser --rate --sasl-authzid --service-name --sigalgs --socks5-gssapi-service --tftp-blksize --tlsauthtype --tlspassword --tlsuser --trace-config --vlan-priority",
  ),
  switches: flags(
    "012346aBfgGiIjklLMNpqRsSvV#Z:",
    "--fail --fail-with-body --fail-early --globoff --get --include --head --insecure --list-only --location --location-trusted --manual --no-buffer --disable --remote-time --silent --show-error --verbose --version --progress-bar --parallel --next --ipv4 --ipv6 --compressed --http1.0 --http1.1 --http2 --http3 --http0.9 --tlsv1 --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 --ssl --ssl-reqd --create-dirs --no-progress-meter --basic --digest --negotiate --ntlm --anyauth --path-as-is --post301 --post302 --post303 --raw --retry-all-errors --retry-connrefused --tcp-nodelay --styled-output --no-keepalive --no-clobber --append --use-ascii --crlf --ftp-pasv --trace-time --http2-prior-knowledge --remove-on-error --no-sessionid --cert-status --junk-session-cookies --skip-existing",
    "--ca-native --compressed-ssh --disable-eprt --disable-epsv --disallow-username-in-url --doh-cert-status --doh-insecure --false-start --form-escape --ftp-create-dirs --ftp-pret --ftp-skip-pasv-ip --ftp-ssl-ccc --ftp-ssl-control --haproxy-protocol --http3-only --ignore-content-length --mail-rcpt-allowfails --mptcp --no-alpn --no-npn --ntlm-wb --out-null --parallel-immediate --proxy-anyauth --proxy-basic --proxy-ca-native --proxy-digest --proxy-http2 --proxy-insecure --proxy-negotiate --proxy-ntlm --proxy-ssl-allow-beast --proxy-ssl-auto-client-cert --proxy-tlsv1 --proxytunnel --sasl-ir --socks5-basic --socks5-gssapi --socks5-gssapi-nec --ssl-allow-beast --ssl-auto-client-cert --ssl-no-revoke --ssl-revoke-best-effort --sslv2 --sslv3 --suppress-connect-headers --tcp-fastopen --tftp-no-options --trace-ids --tr-encoding --xattr",
  ),
};
