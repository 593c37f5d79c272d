// All command models, by name. Made of the files of this folder by `npm run commands`: change those, never this one.
import type { CommandModel } from "../model/command-model.ts";
import { byProgramName } from "../model/program-names.ts";
import { act } from "./act.ts";
import { actionlint } from "./actionlint.ts";
import { ack, ag } from "./ag.ts";
import { ansible } from "./ansible.ts";
import { ant } from "./ant.ts";
import { apk } from "./apk.ts";
import { apt } from "./apt.ts";
import { ar, objcopy, ranlib, strip } from "./ar.ts";
import { aria2c } from "./aria2c.ts";
import { artisan } from "./artisan.ts";
import { aspell } from "./aspell.ts";
import { auditctl } from "./auditctl.ts";
import { awk } from "./awk.ts";
import { aws } from "./aws.ts";
import { awsVault, envchain } from "./aws-vault.ts";
import { base64 } from "./base64.ts";
import { basename } from "./basename.ts";
import { bash, zsh } from "./bash.ts";
import { bat } from "./bat.ts";
import { bazel } from "./bazel.ts";
import { bc } from "./bc.ts";
import { binutils } from "./binutils.ts";
import { black } from "./black.ts";
import { brew } from "./brew.ts";
import { buf } from "./buf.ts";
import { buildah } from "./buildah.ts";
import { busybox } from "./busybox.ts";
import { bwrap, firejail } from "./bwrap.ts";
import { bzip2 } from "./bzip2.ts";
import { caffeinate } from "./caffeinate.ts";
import { cal } from "./cal.ts";
import { cap } from "./cap.ts";
import { cargo } from "./cargo.ts";
import { cat } from "./cat.ts";
import { bear, ccache } from "./ccache.ts";
import { certbot } from "./certbot.ts";
import { chmod } from "./chmod.ts";
import { chown } from "./chown.ts";
import { chronic, lckdo } from "./chronic.ts";
import {
  cgexec,
  choom,
  chrt,
  cpulimit,
  eatmydata,
  fakeroot,
  linux32,
  numactl,
  prlimit,
  proot,
  proxychains,
  schedtool,
  setarch,
  torify,
  torsocks,
  tsocks,
  uclampset,
} from "./chrt.ts";
import { clangFormat } from "./clang-format.ts";
import { claude } from "./claude.ts";
import { cleaners } from "./cleaners.ts";
import { clear } from "./clear.ts";
import { cloc } from "./cloc.ts";
import { cmake } from "./cmake.ts";
import { cmark } from "./cmark.ts";
import { cmd } from "./cmd.ts";
import { cmp } from "./cmp.ts";
import { codesign } from "./codesign.ts";
import { codespell } from "./codespell.ts";
import { col } from "./col.ts";
import { column } from "./column.ts";
import { comm } from "./comm.ts";
import { compilers } from "./compilers.ts";
import { composer } from "./composer.ts";
import { conda } from "./conda.ts";
import { containerd } from "./containerd.ts";
import { corepack } from "./corepack.ts";
import { cp } from "./cp.ts";
import { cpan, cpanm } from "./cpan.ts";
import { cpio } from "./cpio.ts";
import { cppcheck } from "./cppcheck.ts";
import { crontab } from "./crontab.ts";
import { crossEnv, dotenv } from "./cross-env.ts";
import { csplit } from "./csplit.ts";
import { csvgrep, csvjson, csvkit, csvstack } from "./csvkit.ts";
import { ctags } from "./ctags.ts";
import { curl } from "./curl.ts";
import { cut } from "./cut.ts";
import { dasel } from "./dasel.ts";
import { date } from "./date.ts";
import { dc } from "./dc.ts";
import { dd } from "./dd.ts";
import { deno } from "./deno.ts";
import { devcontainer } from "./devcontainer.ts";
import { df } from "./df.ts";
import { diff, diff3, sdiff } from "./diff.ts";
import { dig } from "./dig.ts";
import { direnv } from "./direnv.ts";
import { dirname } from "./dirname.ts";
import { disks } from "./disks.ts";
import { ditto } from "./ditto.ts";
import { dmesg } from "./dmesg.ts";
import { dnf } from "./dnf.ts";
import { docker } from "./docker.ts";
import { dos2unix } from "./dos2unix.ts";
import { dot } from "./dot.ts";
import { dotnet } from "./dotnet.ts";
import { dpkg, dpkgDeb } from "./dpkg.ts";
import { dpkgQuery } from "./dpkg-query.ts";
import { du } from "./du.ts";
import { duckdb } from "./duckdb.ts";
import { eas } from "./eas.ts";
import { ed } from "./ed.ts";
import { elixir } from "./elixir.ts";
import { entr } from "./entr.ts";
import { env } from "./env.ts";
import { envsubst } from "./envsubst.ts";
import { erl } from "./erl.ts";
import { etcdctl } from "./etcdctl.ts";
import { exiftool } from "./exiftool.ts";
import { expand } from "./expand.ts";
import { expect } from "./expect.ts";
import { eza } from "./eza.ts";
import { fallocate } from "./fallocate.ts";
import { fd } from "./fd.ts";
import { ffmpeg } from "./ffmpeg.ts";
import { file } from "./file.ts";
import { filePackages, shx } from "./file-packages.ts";
import { find } from "./find.ts";
import { flask } from "./flask.ts";
import { fleet } from "./fleet.ts";
import { flex } from "./flex.ts";
import { flock } from "./flock.ts";
import { flutter } from "./flutter.ts";
import { flyway } from "./flyway.ts";
import { fmt } from "./fmt.ts";
import { fold } from "./fold.ts";
import { fonttools } from "./fonttools.ts";
import { foreman } from "./foreman.ts";
import { free } from "./free.ts";
import { fuser } from "./fuser.ts";
import { gdb, lldb } from "./gdb.ts";
import { gem } from "./gem.ts";
import { getent } from "./getent.ts";
import { gh, hub } from "./gh.ts";
import { git } from "./git.ts";
import { gitFilterRepo } from "./git-filter-repo.ts";
import { glow } from "./glow.ts";
import { go } from "./go.ts";
import { gofmt } from "./gofmt.ts";
import { chpst, dzdo, gksu, gosu, startStopDaemon, systemdNspawn } from "./gosu.ts";
import { gpg } from "./gpg.ts";
import { gradle } from "./gradle.ts";
import { grep } from "./grep.ts";
import { groff, groffHelpers } from "./groff.ts";
import { gron } from "./gron.ts";
import { groovy } from "./groovy.ts";
import { grpcurl, wscat } from "./grpcurl.ts";
import { gs } from "./gs.ts";
import { gulp } from "./gulp.ts";
import { gzip } from "./gzip.ts";
import { hadolint } from "./hadolint.ts";
import { head } from "./head.ts";
import { helm } from "./helm.ts";
import { heroku } from "./heroku.ts";
import { hexdump } from "./hexdump.ts";
import { hostname } from "./hostname.ts";
import { httpServer } from "./http-server.ts";
import { httpie } from "./httpie.ts";
import { huggingfaceCli } from "./huggingface-cli.ts";
import { hyperfine } from "./hyperfine.ts";
import { iconv } from "./iconv.ts";
import { id } from "./id.ts";
import { imagemagick } from "./imagemagick.ts";
import { influx } from "./influx.ts";
import { inkscape } from "./inkscape.ts";
import { install } from "./install.ts";
import { ionice } from "./ionice.ts";
import { jar, jarsigner, javap, jdeps } from "./jar.ts";
import { jira } from "./jira.ts";
import { join } from "./join.ts";
import { journalctl } from "./journalctl.ts";
import { jpegoptim } from "./jpegoptim.ts";
import { jq } from "./jq.ts";
import { julia } from "./julia.ts";
import { just } from "./just.ts";
import { kafka, kcat } from "./kcat.ts";
import { keytool } from "./keytool.ts";
import { kill, killall, pkill } from "./kill.ts";
import { kotlin } from "./kotlin.ts";
import { kubeadm } from "./kubeadm.ts";
import { kubectl } from "./kubectl.ts";
import { ldSo } from "./ld-so.ts";
import { less, more } from "./less.ts";
import { link } from "./link.ts";
import { ln } from "./ln.ts";
import { logger } from "./logger.ts";
import { look } from "./look.ts";
import { ls } from "./ls.ts";
import { lsof } from "./lsof.ts";
import { lua } from "./lua.ts";
import { luarocks } from "./luarocks.ts";
import { lxc } from "./lxc.ts";
import { lychee } from "./lychee.ts";
import { lz4 } from "./lz4.ts";
import { m4 } from "./m4.ts";
import { lshw, machine, nvidiaSmi, pidstat, sar } from "./machine.ts";
import { machineSettings } from "./machine-settings.ts";
import { make } from "./make.ts";
import { man } from "./man.ts";
import { managePy } from "./manage-py.ts";
import { md5sum } from "./md5sum.ts";
import { mdfind } from "./mdfind.ts";
import { meson } from "./meson.ts";
import { minikube } from "./minikube.ts";
import { mise } from "./mise.ts";
import { mix } from "./mix.ts";
import { mkdir } from "./mkdir.ts";
import { mkdocs } from "./mkdocs.ts";
import { mkfifo } from "./mkfifo.ts";
import { mktemp } from "./mktemp.ts";
import { mlr } from "./mlr.ts";
import { mongosh } from "./mongosh.ts";
import { mount } from "./mount.ts";
import { mv } from "./mv.ts";
import { mvn } from "./mvn.ts";
import { mysql } from "./mysql.ts";
import { nc } from "./nc.ts";
import { networksetup } from "./networksetup.ts";
import { nice } from "./nice.ts";
import { ninja } from "./ninja.ts";
import { nix } from "./nix.ts";
import { nl } from "./nl.ts";
import { node } from "./node.ts";
import { nodetool } from "./nodetool.ts";
import { nohup } from "./nohup.ts";
import { nox } from "./nox.ts";
import { np } from "./np.ts";
import { npm } from "./npm.ts";
import { concurrently, npmRunAll } from "./npm-run-all.ts";
import { nproc } from "./nproc.ts";
import { npx } from "./npx.ts";
import { numfmt } from "./numfmt.ts";
import { nx } from "./nx.ts";
import { od } from "./od.ts";
import { op } from "./op.ts";
import { open } from "./open.ts";
import { openssl } from "./openssl.ts";
import { optipng } from "./optipng.ts";
import { osascript } from "./osascript.ts";
import { clojure, otherLanguages, raku } from "./other-languages.ts";
import { pacman } from "./pacman.ts";
import { pandoc } from "./pandoc.ts";
import { parallel } from "./parallel.ts";
import { pass } from "./pass.ts";
import { passwordStores } from "./password-stores.ts";
import { paste } from "./paste.ts";
import { patch } from "./patch.ts";
import { pbcopy, pbpaste, wlPaste, xclip } from "./pbcopy.ts";
import { perf } from "./perf.ts";
import { perl } from "./perl.ts";
import { initdb, pgBasebackup, pgCtl, pgResetwal, pgRewind, pgbench, postgres } from "./pg-ctl.ts";
import { mysqlDump, mysqlTools, pgDump } from "./pg-dump.ts";
import { pgFormat } from "./pg-format.ts";
import { pgrep, pidof } from "./pgrep.ts";
import { php } from "./php.ts";
import { pip } from "./pip.ts";
import { pkgConfig } from "./pkg-config.ts";
import { plutil } from "./plutil.ts";
import { pm2 } from "./pm2.ts";
import { pngquant } from "./pngquant.ts";
import { poetry } from "./poetry.ts";
import { poppler } from "./poppler.ts";
import { pr } from "./pr.ts";
import { hookManagers, preCommit } from "./pre-commit.ts";
import { printenv } from "./printenv.ts";
import { projectTools } from "./project-tools.ts";
import { promtool } from "./promtool.ts";
import { protoc } from "./protoc.ts";
import { ps } from "./ps.ts";
import { psql } from "./psql.ts";
import { pv } from "./pv.ts";
import { pwsh } from "./pwsh.ts";
import { python3 } from "./python3.ts";
import { qpdf } from "./qpdf.ts";
import { rails } from "./rails.ts";
import { rake } from "./rake.ts";
import { rclone, senders } from "./rclone.ts";
import { readlink } from "./readlink.ts";
import { realpath } from "./realpath.ts";
import { redisCli } from "./redis-cli.ts";
import { releaseTools } from "./release-tools.ts";
import { rename } from "./rename.ts";
import { renice } from "./renice.ts";
import { borg, kopia, restic } from "./restic.ts";
import { rev } from "./rev.ts";
import { rg } from "./rg.ts";
import { rlwrap } from "./rlwrap.ts";
import { rm } from "./rm.ts";
import { rmdir } from "./rmdir.ts";
import { rpm } from "./rpm.ts";
import { rscript } from "./rscript.ts";
import { rsvgConvert } from "./rsvg-convert.ts";
import { rsync } from "./rsync.ts";
import { rtk } from "./rtk.ts";
import { ruby } from "./ruby.ts";
import { ruff } from "./ruff.ts";
import { rustup, toolchains } from "./rustup.ts";
import { sallyport } from "./sallyport.ts";
import { say } from "./say.ts";
import { sbt } from "./sbt.ts";
import { scala } from "./scala.ts";
import { scp } from "./scp.ts";
import { screen } from "./screen.ts";
import { script } from "./script.ts";
import { secretTool } from "./secret-tool.ts";
import { security } from "./security.ts";
import { sed } from "./sed.ts";
import { seq } from "./seq.ts";
import { chattr, chcon, restorecon, setfacl, setfattr, xattr } from "./setfacl.ts";
import { setsid } from "./setsid.ts";
import { sevenZip } from "./seven-zip.ts";
import { sftp } from "./sftp.ts";
import { sg } from "./sg.ts";
import { shellcheck } from "./shellcheck.ts";
import { shfmt } from "./shfmt.ts";
import { shred } from "./shred.ts";
import { shuf } from "./shuf.ts";
import { shutdown } from "./shutdown.ts";
import { skaffold } from "./skaffold.ts";
import { skopeo } from "./skopeo.ts";
import { sleep } from "./sleep.ts";
import { snap } from "./snap.ts";
import { socat } from "./socat.ts";
import { softwareupdate } from "./softwareupdate.ts";
import { sops } from "./sops.ts";
import { sort } from "./sort.ts";
import { sox } from "./sox.ts";
import { sphinx, sphinxApidoc } from "./sphinx.ts";
import { split } from "./split.ts";
import { sponge } from "./sponge.ts";
import { sqlite3 } from "./sqlite3.ts";
import { ss } from "./ss.ts";
import { ssh } from "./ssh.ts";
import { sshAdd } from "./ssh-add.ts";
import { sshCopyId, sshImportId } from "./ssh-copy-id.ts";
import { sshKeygen } from "./ssh-keygen.ts";
import { sshpass } from "./sshpass.ts";
import { stat } from "./stat.ts";
import { stdbuf } from "./stdbuf.ts";
import { ltrace, strace } from "./strace.ts";
import { strings } from "./strings.ts";
import { su, unshare } from "./su.ts";
import { sudo } from "./sudo.ts";
import { sync } from "./sync.ts";
import { systemctl } from "./systemctl.ts";
import { systemdAnalyze } from "./systemd-analyze.ts";
import { systemdRun } from "./systemd-run.ts";
import { tac } from "./tac.ts";
import { taplo } from "./taplo.ts";
import { bsdtar, tar } from "./tar.ts";
import { task } from "./task.ts";
import { taskset } from "./taskset.ts";
import { tclsh } from "./tclsh.ts";
import { tcpdump, tshark } from "./tcpdump.ts";
import { tee } from "./tee.ts";
import { ftp, lftp, telnet, tftp } from "./telnet.ts";
import { terraform } from "./terraform.ts";
import { tesseract } from "./tesseract.ts";
import { tflint } from "./tflint.ts";
import { time } from "./time.ts";
import { timeout } from "./timeout.ts";
import { tmux } from "./tmux.ts";
import { touch } from "./touch.ts";
import { tox } from "./tox.ts";
import { tr } from "./tr.ts";
import { trash } from "./trash.ts";
import { tree } from "./tree.ts";
import { truncate } from "./truncate.ts";
import { tty } from "./tty.ts";
import { ttyd } from "./ttyd.ts";
import { turbo } from "./turbo.ts";
import { uname } from "./uname.ts";
import { uniq } from "./uniq.ts";
import { unlink } from "./unlink.ts";
import { unpackers } from "./unpackers.ts";
import { unzip } from "./unzip.ts";
import { updateAlternatives } from "./update-alternatives.ts";
import { uptime } from "./uptime.ts";
import { uuencode } from "./uuencode.ts";
import { uv } from "./uv.ts";
import { vault } from "./vault.ts";
import { vegeta } from "./vegeta.ts";
import { velero } from "./velero.ts";
import { versionControl } from "./version-control.ts";
import { vim } from "./vim.ts";
import { virsh } from "./virsh.ts";
import { watch } from "./watch.ts";
import { watchexec } from "./watchexec.ts";
import { wc } from "./wc.ts";
import { wdiff } from "./wdiff.ts";
import { webp } from "./webp.ts";
import { wgQuick } from "./wg-quick.ts";
import { wget } from "./wget.ts";
import { which } from "./which.ts";
import { whoami } from "./whoami.ts";
import { windowsPrograms } from "./windows-programs.ts";
import { wsl, wslpath } from "./wsl.ts";
import { xargs } from "./xargs.ts";
import { xcrun } from "./xcrun.ts";
import { xmllint } from "./xmllint.ts";
import { xvfbRun } from "./xvfb-run.ts";
import { xxd } from "./xxd.ts";
import { xz } from "./xz.ts";
import { yamllint } from "./yamllint.ts";
import { yes } from "./yes.ts";
import { yq } from "./yq.ts";
import { zip } from "./zip.ts";
import { zstd } from "./zstd.ts";

/** Every model, in the order of the files. */
export const COMMANDS: readonly CommandModel[] = [
  act,
  actionlint,
  ag,
  ack,
  ansible,
  ant,
  apk,
  apt,
  ar,
  ranlib,
  strip,
  objcopy,
  aria2c,
  artisan,
  aspell,
  auditctl,
  awk,
  aws,
  awsVault,
  envchain,
  base64,
  basename,
  bash,
  zsh,
  bat,
  bazel,
  bc,
  ...binutils,
  black,
  brew,
  buf,
  buildah,
  busybox,
  bwrap,
  firejail,
  bzip2,
  caffeinate,
  cal,
  cap,
  cargo,
  cat,
  ccache,
  bear,
  certbot,
  chmod,
  chown,
  chronic,
  lckdo,
  linux32,
  setarch,
  chrt,
  numactl,
  prlimit,
  cgexec,
  cpulimit,
  eatmydata,
  fakeroot,
  proot,
  choom,
  schedtool,
  uclampset,
  torsocks,
  torify,
  proxychains,
  tsocks,
  clangFormat,
  claude,
  cleaners,
  clear,
  cloc,
  cmake,
  cmark,
  cmd,
  cmp,
  codesign,
  codespell,
  col,
  column,
  comm,
  compilers,
  composer,
  conda,
  containerd,
  corepack,
  cp,
  cpan,
  cpanm,
  cpio,
  cppcheck,
  crontab,
  crossEnv,
  dotenv,
  csplit,
  csvkit,
  csvgrep,
  csvstack,
  csvjson,
  ctags,
  curl,
  cut,
  dasel,
  date,
  dc,
  dd,
  deno,
  devcontainer,
  df,
  diff,
  sdiff,
  diff3,
  dig,
  direnv,
  dirname,
  disks,
  ditto,
  dmesg,
  dnf,
  docker,
  dos2unix,
  dot,
  dotnet,
  dpkg,
  dpkgDeb,
  dpkgQuery,
  du,
  duckdb,
  eas,
  ed,
  elixir,
  entr,
  env,
  envsubst,
  erl,
  etcdctl,
  exiftool,
  expand,
  expect,
  eza,
  fallocate,
  fd,
  ffmpeg,
  file,
  filePackages,
  shx,
  find,
  flask,
  fleet,
  flex,
  flock,
  flutter,
  flyway,
  fmt,
  fold,
  fonttools,
  foreman,
  free,
  fuser,
  gdb,
  lldb,
  gem,
  getent,
  hub,
  gh,
  git,
  gitFilterRepo,
  glow,
  go,
  gofmt,
  gosu,
  chpst,
  dzdo,
  gksu,
  systemdNspawn,
  startStopDaemon,
  gpg,
  gradle,
  grep,
  groff,
  ...groffHelpers,
  gron,
  groovy,
  grpcurl,
  wscat,
  gs,
  gulp,
  gzip,
  hadolint,
  head,
  helm,
  heroku,
  hexdump,
  hostname,
  httpServer,
  httpie,
  huggingfaceCli,
  hyperfine,
  iconv,
  id,
  imagemagick,
  influx,
  inkscape,
  install,
  ionice,
  jar,
  jarsigner,
  javap,
  jdeps,
  jira,
  join,
  journalctl,
  jpegoptim,
  jq,
  julia,
  just,
  kcat,
  kafka,
  keytool,
  kill,
  pkill,
  killall,
  kotlin,
  kubeadm,
  kubectl,
  ldSo,
  less,
  more,
  link,
  ln,
  logger,
  look,
  ls,
  lsof,
  lua,
  luarocks,
  lxc,
  lychee,
  lz4,
  m4,
  machine,
  sar,
  lshw,
  pidstat,
  nvidiaSmi,
  machineSettings,
  make,
  man,
  managePy,
  md5sum,
  mdfind,
  meson,
  minikube,
  mise,
  mix,
  mkdir,
  mkdocs,
  mkfifo,
  mktemp,
  mlr,
  mongosh,
  mount,
  mv,
  mvn,
  mysql,
  nc,
  networksetup,
  nice,
  ninja,
  nix,
  nl,
  node,
  nodetool,
  nohup,
  nox,
  np,
  npm,
  npmRunAll,
  concurrently,
  nproc,
  npx,
  numfmt,
  nx,
  od,
  op,
  open,
  openssl,
  optipng,
  osascript,
  clojure,
  raku,
  otherLanguages,
  pacman,
  pandoc,
  parallel,
  pass,
  passwordStores,
  paste,
  patch,
  pbcopy,
  pbpaste,
  xclip,
  wlPaste,
  perf,
  perl,
  postgres,
  pgCtl,
  initdb,
  pgbench,
  pgBasebackup,
  pgResetwal,
  pgRewind,
  ...pgDump,
  mysqlTools,
  mysqlDump,
  pgFormat,
  pgrep,
  pidof,
  php,
  pip,
  pkgConfig,
  plutil,
  pm2,
  pngquant,
  poetry,
  poppler,
  pr,
  preCommit,
  hookManagers,
  printenv,
  projectTools,
  promtool,
  protoc,
  ps,
  psql,
  pv,
  pwsh,
  python3,
  qpdf,
  rails,
  rake,
  senders,
  rclone,
  readlink,
  realpath,
  redisCli,
  releaseTools,
  rename,
  renice,
  restic,
  borg,
  kopia,
  rev,
  rg,
  rlwrap,
  rm,
  rmdir,
  rpm,
  rscript,
  rsvgConvert,
  rsync,
  rtk,
  ruby,
  ruff,
  toolchains,
  rustup,
  sallyport,
  say,
  sbt,
  scala,
  scp,
  screen,
  script,
  secretTool,
  security,
  sed,
  seq,
  setfacl,
  chattr,
  setfattr,
  chcon,
  restorecon,
  xattr,
  setsid,
  sevenZip,
  sftp,
  sg,
  shellcheck,
  shfmt,
  shred,
  shuf,
  shutdown,
  skaffold,
  skopeo,
  sleep,
  snap,
  socat,
  softwareupdate,
  sops,
  sort,
  sox,
  sphinx,
  sphinxApidoc,
  split,
  sponge,
  sqlite3,
  ss,
  ssh,
  sshAdd,
  sshCopyId,
  sshImportId,
  sshKeygen,
  sshpass,
  stat,
  stdbuf,
  strace,
  ltrace,
  strings,
  su,
  unshare,
  sudo,
  sync,
  systemctl,
  systemdAnalyze,
  systemdRun,
  tac,
  taplo,
  tar,
  bsdtar,
  task,
  taskset,
  tclsh,
  tcpdump,
  tshark,
  tee,
  telnet,
  ftp,
  lftp,
  tftp,
  terraform,
  tesseract,
  tflint,
  time,
  timeout,
  tmux,
  touch,
  tox,
  tr,
  trash,
  tree,
  truncate,
  tty,
  ttyd,
  turbo,
  uname,
  uniq,
  unlink,
  unpackers,
  unzip,
  updateAlternatives,
  uptime,
  uuencode,
  uv,
  vault,
  vegeta,
  velero,
  versionControl,
  vim,
  virsh,
  watch,
  watchexec,
  wc,
  wdiff,
  webp,
  wgQuick,
  wget,
  which,
  whoami,
  windowsPrograms,
  wsl,
  wslpath,
  xargs,
  xcrun,
  xmllint,
  xvfbRun,
  xxd,
  xz,
  yamllint,
  yes,
  yq,
  zip,
  zstd,
];

const BY_NAME: ReadonlyMap<string, CommandModel> = new Map(
  COMMANDS.flatMap((model) => model.names.map((name) => [name, model] as const)),
);

/** The model of a program, by its plain name. */
export function findCommand(name: string): CommandModel | undefined {
  return byProgramName(name, (one) => BY_NAME.get(one));
}
