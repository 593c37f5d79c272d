// Code of languages that nobody reads whole: what it surely names and deletes is refused, and what only looks alike is not.
import { afterAll, describe, expect, it } from "vitest";
import { namedHarm } from "#guard/effects/languages/heuristics/named-harm.ts";
import { judgeCommand, settled } from "../../../../judging.ts";
import { makeTypicalProject } from "../../../../corpus/graded/typical-project.ts";

const project = settled(makeTypicalProject());
afterAll(() => project.remove());

const DELETES_OUTSIDE = [
  "emacs --batch --eval '(delete-directory (expand-file-name \"~/Documents\") t)'",
  'emacs -Q --batch --eval "(mapc #\'delete-file (directory-files \\"/srv/data\\" t))"',
  "emacs --batch --eval '(let ((d \"/srv/data\")) (delete-directory d t))'",
  'emacs --batch --eval \'(delete-directory (concat (getenv "HOME") "/Documents") t)\'',
  'emacs --batch --eval \'(shell-command (concat "rm -rf " "/srv/data"))\'',
  'emacs --batch --eval \'(call-process "rm" nil nil nil "-rf" "/srv/data")\'',
  'emacs --batch --eval "(process-file \\"rm\\" nil nil nil \\"-rf\\" \\"/srv/data\\")"',
  "nvim --headless -u NONE -c \"call delete(expand('~/Documents'),'rf')\" -c q",
  'nvim --headless -c \'lua vim.fn.delete(vim.fn.expand("~/Documents"), "rf")\' -c q',
  "nvim --headless -c 'lua os.execute(\"rm -rf /srv/data\")' +q",
  "vim -es -c \"call map(glob('/srv/data/*',0,1),{_,f->delete(f,'rf')})\" -c q",
  "vim -es -c \"call system(['rm','-rf','/srv/data'])\" -c q",
  "vim -es -c \"exe '!rm -rf '.'/srv/data'\" -c q",
  "tclsh <<< 'file delete -force [file normalize ~/Documents]'",
  "tclsh <<< 'foreach f [glob /srv/data/*] {file delete -force $f}'",
  "tclsh <<< 'file delete -force {*}[glob /srv/*]'",
  "tclsh <<< 'set d /srv/data; file delete -force $d'",
  "elixir -e 'Path.wildcard(\"/srv/*\") |> Enum.each(&File.rm_rf!/1)'",
  "elixir -e '\"/srv/data\" |> File.rm_rf!()'",
  'elixir -e \'System.cmd("rm", ["-rf", "/srv/data"])\'',
  'elixir -e \'for f <- File.ls!("/srv/data"), do: File.rm!(Path.join("/srv/data", f))\'',
  "erl -noshell -eval '[file:delete(F) || F <- filelib:wildcard(\"/srv/data/*\")], halt().'",
  "ghc -e 'System.Directory.removePathForcibly \"/srv/data\"'",
  "ghc -e 'System.Process.system \"rm -rf /srv/data\"'",
  "runghc <<< 'import System.Directory; main = removeDirectoryRecursive \"/srv/data\"'",
  "deno eval 'for (const e of Deno.readDirSync(\"/srv\")) Deno.removeSync(`/srv/${e.name}`, {recursive:true})'",
  'bun -e \'for (const f of require("fs").readdirSync("/srv/data")) require("fs").rmSync(require("path").join("/srv/data", f))\'',
  "node -e 'fs.readdirSync(\"/srv/data\").forEach(f => fs.unlinkSync(`/srv/data/${f}`))'",
  'node -e \'const d="/srv/data"; for (const f of fs.readdirSync(d)) fs.rmSync(d + "/" + f, {recursive:true})\'',
  'node -e \'import("fs/promises").then(async f => { for await (const e of f.glob("/srv/**")) await f.rm(e) })\'',
  'node -e \'fs.opendirSync("/srv/data").readSync() && fs.promises.rm(path.resolve("/", "srv", "data"), {recursive:true})\'',
  "node -e 'fs.rmSync(os.homedir() + \"/Documents\", {recursive:true})'",
  "python3 -c \"import os; [os.unlink(e.path) for e in os.scandir('/srv/data')]\"",
  "python3 -c \"import os; [os.remove(os.path.join(r,f)) for r,_,fs in os.walk('/srv/data') for f in fs]\"",
  "python3 -c \"from pathlib import Path; [p.unlink() for p in Path('/srv/data').iterdir()]\"",
  "python3 -c \"from pathlib import Path; [p.unlink() for p in (Path.home()/'Documents').rglob('*')]\"",
  "python3 -c \"import shutil,os; shutil.rmtree(os.path.expanduser('~/Documents'))\"",
  "python3 -c \"import send2trash; send2trash.send2trash('/srv/data')\"",
  "python3 -c \"import sh; sh.rm('-rf', '/srv/data')\"",
  "python3 -c \"from plumbum.cmd import rm; rm('-rf', '/srv/data')\"",
  "python3 -c \"import fs; fs.open_fs('/srv').removetree('data')\"",
  "python3 -c \"import distutils.dir_util as d; d.remove_tree('/srv/data')\"",
  "python3 -c \"import setuptools._distutils.dir_util as d; d.remove_tree('/srv/data')\"",
  'ruby -e \'Dir.children("/srv/data").each { |f| File.delete("/srv/data/#{f}") }\'',
  "ruby -rpathname -e 'Pathname(\"/srv/data\").rmtree'",
  "ruby -e 'Dir[\"/srv/data/**/*\"].select { |f| File.file?(f) }.each(&File.method(:delete))'",
  "perl -MFile::Find -e 'finddepth(sub { -d ? rmdir : unlink }, \"/srv/data\")'",
  'perl -MFile::Path=remove_tree -e \'remove_tree(join "/", "", qw(srv data))\'',
  'perl -e \'opendir D, "/srv/data"; unlink "/srv/data/$_" for readdir D\'',
  "perl -MPath::Tiny -e 'path(\"/srv/data\")->remove_tree'",
  "perl -e 'unlink for </srv/data/*>'",
  "php -r 'foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator(\"/srv/data\")) as $f) unlink($f);'",
  'php -r \'array_map("unlink", glob("/srv/data/*"));\'',
  'lua -e \'for f in io.popen("ls /srv/data"):lines() do os.remove("/srv/data/" .. f) end\'',
  'lua -e \'require("lfs"); for f in lfs.dir("/srv/data") do os.remove("/srv/data/"..f) end\'',
  "julia -e 'rm.(readdir(\"/srv/data\", join=true), recursive=true)'",
  "julia -e 'foreach(rm, filter(isfile, readdir(\"/srv/data\", join=true)))'",
  "Rscript -e 'unlink(list.files(\"/srv/data\", full.names=TRUE), recursive=TRUE)'",
  "Rscript -e 'file.remove(Sys.glob(\"/srv/data/*\"))'",
  "Rscript -e 'fs::dir_delete(\"/srv/data\")'",
  "groovy -e 'new File(\"/srv/data\").eachFile { it.delete() }'",
  "groovy -e 'new File(\"/srv\").eachDir { it.deleteDir() }'",
  "groovy -e 'new AntBuilder().delete(dir: \"/srv/data\")'",
  "kotlinc -e 'java.io.File(\"/srv/data\").walkBottomUp().forEach { it.delete() }'",
  "jshell - <<< 'Files.walk(Path.of(\"/srv/data\")).sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete)'",
  "scala -e 'os.remove.all(os.Path(\"/srv/data\"))'",
  "scala-cli -e 'new java.io.File(\"/srv/data\").listFiles.foreach(_.delete)'",
  'bb -e \'(run! babashka.fs/delete (babashka.fs/glob "/srv/data" "*"))\'',
  "bb -e '(babashka.fs/delete-tree \"/srv/data\")'",
  "clojure -M -e '(run! clojure.java.io/delete-file (reverse (file-seq (clojure.java.io/file \"/srv/data\"))))'",
  "raku -e '.unlink for dir \"/srv/data\"'",
  "raku -e 'rmtree \"/srv/data\"'",
  "swift -e 'import Foundation; try! FileManager.default.removeItem(atPath: \"/srv/data\")'",
  "swift - <<< 'import Foundation; try FileManager.default.removeItem(at: URL(fileURLWithPath: \"/srv/data\"))'",
  "nim e --eval:'removeDir \"/srv/data\"'",
  "nim --hints:off --eval:'import os; removeDir(\"/srv/data\")'",
  "crystal eval 'FileUtils.rm_rf \"/srv/data\"'",
  "crystal eval 'Dir.glob(\"/srv/data/*\") { |f| File.delete f }'",
  'ocaml -e \'Array.iter (fun f -> Sys.remove ("/srv/data/" ^ f)) (Sys.readdir "/srv/data")\'',
  "swipl -g \"delete_directory_and_contents('/srv/data'),halt\"",
  "swipl -g \"directory_files('/srv/data',F),maplist(delete_file,F),halt\"",
  "racket -e '(for-each delete-file (directory-list \"/srv/data\" #:build? #t))'",
  'guile -c \'(for-each delete-file (map (lambda (f) (string-append "/srv/data/" f)) (scandir "/srv/data")))\'',
  "sbcl --noinform --eval '(uiop:delete-directory-tree #p\"/srv/data/\" :validate t)' --quit",
  'octave --eval \'confirm_recursive_rmdir(false); rmdir("/srv/data","s")\'',
  "octave --eval 'delete(\"/srv/data/*\")'",
  "gst -e ''\"'/srv/data'\"' asFile remove'",
  "v -e 'os.rmdir_all(\"/srv/data\")!'",
  "nu -c 'ls /srv/data | each { |f| rm -r $f.name }'",
  "nu -c 'rm -rf /srv/data'",
  "nu -c 'glob /srv/data/* | each { rm $in }'",
  "xonsh -c 'rm -rf /srv/data'",
  "xonsh -c '![rm -rf /srv/data]'",
  "fish -c 'for f in /srv/data/*; rm $f; end'",
  "elvish -c 'rm -rf /srv/data'",
  "elvish -c 'e:rm -rf /srv/data'",
  "pwsh -c 'gci /srv/data | ri -r -fo'",
  "pwsh -c '[IO.Directory]::Delete(\"/srv/data\", $true)'",
  "pwsh -c 'gci /srv/data | % { $_.Delete() }'",
  "osascript -e 'do shell script \"rm -rf /srv/data\"'",
  'osascript -e \'tell application "Finder" to delete POSIX file "/srv/data"\'',
  "osascript -l JavaScript -e '$.NSFileManager.defaultManager.removeItemAtPathError(\"/srv/data\", null)'",
  "dotnet fsi --quiet --eval 'System.IO.Directory.Delete(\"/srv/data\", true)'",
  "csi -e 'System.IO.Directory.Delete(\"/srv/data\", true)'",
  "dotnet script eval 'Directory.Delete(\"/srv/data\", true)'",
  "gore -e 'os.RemoveAll(\"/srv/data\")'",
  "yaegi run -e 'os.RemoveAll(\"/srv/data\")'",
  "rust-script -e 'std::fs::remove_dir_all(\"/srv/data\")'",
  "evcxr <<< 'std::fs::remove_dir_all(\"/srv/data\")'",
  'gawk \'BEGIN { system("rm -rf " "/srv" "/data") }\'',
  "gnuplot -e 'system(\"rm -rf /srv/data\")'",
  "gnuplot -e 'print system(\"rm -rf /srv/data\")'",
  "maxima --batch-string='system(\"rm -rf /srv/data\");'",
  "gap -c 'Exec(\"rm -rf /srv/data\");'",
  "sage -c 'import shutil; shutil.rmtree(\"/srv/data\")'",
  "gp -q <<< 'system(\"rm -rf /srv/data\")'",
  "gdb -batch -ex 'python import shutil; shutil.rmtree(\"/srv/data\")'",
  "lldb -b -o 'script import shutil; shutil.rmtree(\"/srv/data\")'",
  "lldb -b -o 'platform shell rm -rf /srv/data'",
  'perl -e \'unlink(join "/", "", "srv", "data")\'',
  'perl -e \'unlink join "/", "", qw(srv data)\'',
];

const DELETES_NOTHING_OUTSIDE = [
  'node -e \'const app=require("express")(); app.delete("/users/:id", h); app.get("/srv", h)\'',
  'node -e \'const m=new Map(); m.set("/srv/x",1); m.delete("/srv/x"); x()\'',
  "python3 -c \"import os; d=open('/etc/hosts').read(); os.remove('x.txt'); foo()\"",
  "python3 -c \"s={'/srv'}; s.remove('/srv'); foo(s)\"",
  "python3 -c \"import glob,os; [os.remove(f) for f in glob.glob('build/*.o')]; foo()\"",
  "python3 -c \"import glob,os; [os.remove(f) for f in glob.glob('/tmp/x/*')]; foo()\"",
  'ruby -e \'h={"/srv"=>1}; h.delete("/srv"); foo(h)\'',
  "ruby -e 'Dir.glob(\"/usr/share/doc/*\").each { |f| puts f }; foo()'",
  "elixir -e 'File.ls!(\"/etc\") |> IO.inspect'",
  'elixir -e \'Map.delete(%{"/srv" => 1}, "/srv") |> IO.inspect\'',
  "tclsh <<< 'foreach f [glob /usr/share/doc/*] {puts $f}'",
  "tclsh <<< 'set d build; file delete -force $d'",
  'emacs --batch --eval \'(message "%s" (directory-files "/etc"))\'',
  "emacs --batch --eval '(delete-directory \"build\" t)'",
  'perl -e \'print join "/", "a", "b"; foo()\'',
  "perl -e 'print join \",\", map { $_*2 } 1..3'",
  'perl -e \'unlink(join "/", "build", "x")\'',
  'perl -e \'print reverse("a","b"), sprintf("%s","/srv")\'',
  "swift -e 'print(\"removeItem /srv/data\")'",
  "nim e --eval:'echo \"removeDir\"'",
  "nvim --headless -c 'lua print(vim.fn.glob(\"/etc/*\"))' -c q",
  "nu -c 'ls /srv | where size > 1mb | get name'",
  "julia -e 'println(readdir(\"/etc\"))'",
  "julia -e 'rm(\"build\", recursive=true)'",
  "bb -e '(println (slurp \"README.md\"))'",
  "groovy -e 'new File(\"build\").eachFile { it.delete() }'",
  "groovy -e 'new File(\"/etc\").eachFile { println it }'",
  'unknown-tool --message "do not rm -rf things in docs"',
  "unknown-tool -e 'print(\"hello\")'",
];

describe("deletes outside the project", () => {
  it.each(DELETES_OUTSIDE)("%s", async (command) => {
    const { verdict, reasons } = await judgeCommand(project, command);
    expect(verdict).toBe("deny");
    expect(reasons[0]?.rule).toMatch(/destroy\/system$/);
  });
});

describe("deletes nothing outside the project", () => {
  it.each(DELETES_NOTHING_OUTSIDE)("%s", async (command) => {
    const { effects, verdict } = await judgeCommand(project, command);
    expect(verdict).not.toBe("deny");
    const outside = effects.filter(
      (effect) =>
        effect.kind === "delete" &&
        effect.target.kind === "path" &&
        !effect.target.path.startsWith(project.project) &&
        !effect.target.path.startsWith("/tmp/"),
    );
    expect(outside).toStrictEqual([]);
  });
});

/** Pieces of what is looked for, again and again, and with nothing but blanks behind them. */
const PIECES = [
  ..."rm( unlink delete-file File.delete( os.remove ls glob( (d d= d:= copy writeFile open open( exec run system sh".split(
    " ",
  ),
  ...[
    '"a"+',
    '(concat "a" ',
    'join("a", ',
    'open("/a" ',
    'copy "a" ',
    'd = "/srv/x" ',
    '"/a',
    'run "rm" "x" ',
  ],
  ...[
    "import git push((",
    'import git "push", ',
    "file delete ",
    "file copy ",
    "${",
    "'",
    "Dir.home/",
    "ls /a|",
  ],
];

it.each(PIECES)("looks through long code of %s to its end", (piece) => {
  for (const code of [
    piece.repeat(16_000 / piece.length),
    `${piece}${" ".repeat(16_000)}`,
    `${piece} `.repeat(8_000 / piece.length) + "\t".repeat(8_000),
  ])
    expect(() => namedHarm(code, "/home/ada")).not.toThrow();
});
