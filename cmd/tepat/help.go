package main

// Help of each command, shown by `tepat COMMAND --help` below its line.

// Help shows how the server is started.
func (serveCmd) Help() string {
	return "Contoh:\n  tepat serve --data /srv/tepat --addr 0.0.0.0:8080 --secure\n  TEPAT_DATABASE='postgres://…' tepat serve --data /srv/tepat"
}

// Help shows how Tepat is tried out.
func (runCmd) Help() string {
	return "Contoh:\n  tepat run\n  tepat run --regency 72.03 --data data/7203 --addr localhost:8081"
}

// Help shows how an office begins.
func (initCmd) Help() string {
	return "Contoh:\n  tepat init --regency 21.03 --data /srv/tepat --admin sari --name 'Sari Melati'"
}

// Help shows the sizes of invented regencies.
func (demoCmd) Help() string {
	return "Contoh:\n  tepat demo --regency 21.03 --data data/2103\n  tepat demo --people 1000000 --files-only --data /tmp/besar\n  tepat demo --people 1000000 --linkage /tmp/sumber"
}

// Help shows checking and applying.
func (importCmd) Help() string {
	return "Tanpa --apply berkas hanya diperiksa.\n\nContoh:\n  tepat import dukcapil.csv\n  tepat import --apply --as operator --sender Kemensos --subject PKH pkh.xlsx"
}

// Help shows linking of files, with and without labels.
func (linkCmd) Help() string {
	return `Kolom dikenali dari judul dan isinya; setiap setelan di bawah dapat ditulis di berkas JSON --config,
misalnya {"unique_id": "id", "column": {"nm": "full_name", "x": "unused"}, "threshold": 0.95}.

Contoh:
  tepat link penerima.csv
  tepat link dukcapil.csv desa.csv --clean dukcapil --out orang.csv --edges pasangan.csv --report laporan.html
  tepat link lama.csv --train-only --model model.json
  tepat link baru.csv --use-model model.json --explain 17 902
  tepat link contoh.csv --truth cluster --splink setelan.json`
}

// Help shows what verification compares with.
func (verifyCmd) Help() string {
	return "Kode keluar 3 bila ada temuan.\n\nContoh:\n  tepat verify --data /srv/tepat\n  tepat verify --mirror /media/saksi --log-key 'tepat/2103+…' --json"
}

// Help shows a signer of its own.
func (signerCmd) Help() string {
	return "Contoh:\n  tepat signer --dir /srv/penandatangan --listen 127.0.0.1:7001 --token /srv/token\n  tepat serve --signer 127.0.0.1:7001 --signer-token /srv/token"
}

// Help shows a witness.
func (witnessCmd) Help() string {
	return "Contoh:\n  tepat witness --dir /srv/saksi --name inspektorat.natuna --listen 0.0.0.0:7002 --log 'tepat/2103+…'"
}

// Help shows the log of migrations.
func (migrateCmd) Help() string { return "Contoh:\n  tepat migrate --data /srv/tepat" }

// Help shows a new user.
func (userAddCmd) Help() string {
	return "Contoh:\n  tepat user add rahma --name 'Rahma Yuliani' --role verifier --nik … --kk …\n  tepat user list --json"
}

// Help shows a backup.
func (backupCmd) Help() string {
	return "Aman dijalankan saat server melayani.\n\nContoh:\n  tepat backup /media/usb/tepat-2026-11-22.tar"
}

// Help shows a restore, also into the other engine.
func (restoreCmd) Help() string {
	return "Contoh:\n  tepat restore cadangan.tar --data /srv/pulih\n  tepat restore cadangan.tar --data /srv/pulih --database 'postgres://…'"
}

// Help shows the doctor.
func (doctorCmd) Help() string {
	return "Contoh:\n  tepat doctor --data /srv/tepat --json\n  tepat doctor --data /srv/tepat --repair"
}

// Help shows the table of routes.
func (routesCmd) Help() string { return "Contoh:\n  tepat routes --json" }

// Help shows the crash test.
func (loadCmd) Help() string {
	return "Hanya untuk server di mesin ini.\n\nContoh:\n  tepat load --user penyalur --acks /tmp/acks.jsonl --url http://127.0.0.1:8080"
}

// Help shows what follows the crash test.
func (checkCmd) Help() string { return "Contoh:\n  tepat check --acks /tmp/acks.jsonl" }

// Help shows the bench.
func (benchCmd) Help() string {
	return "Contoh:\n  tepat bench --people 1000000\n  tepat bench --database 'postgres://…'"
}

// Help shows where boundaries come from.
func (boundariesCmd) Help() string { return "Contoh:\n  tepat import-boundaries kecamatan.geojson" }

// Help shows the version.
func (versionCmd) Help() string { return "Contoh:\n  tepat version --json" }
