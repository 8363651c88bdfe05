package app

import (
	"context"
	"fmt"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
)

// Invite creates a user from the command line and returns the one-time
// password for the slip.
func (a *App) Invite(ctx context.Context, username string, d account.Details) (id.User, string, error) {
	pass, err := account.NewOneTime(ctx)
	if err != nil {
		return "", "", err
	}
	var user id.User
	err = a.DB.Write(ctx, a.System("baris perintah"), func(tx *db.Tx) error {
		user, err = account.Invite(ctx, tx, username, d, pass)
		return err
	})
	return user, pass.Password, err
}

// SampleUser is a log-in of the demo regency.
type SampleUser struct {
	Username string
	Name     string
	Role     account.Role
	Area     region.Code
}

// SamplePassword opens every demo account; it is printed at the start and
// exists in demo installations only.
const SamplePassword = "contoh-tepat-2026"

// SampleUsers are the invented officers of the demo, one or more a role.
func SampleUsers(regency region.Code) []SampleUser {
	village := regency
	if all := region.Villages(regency); len(all) > 0 {
		village = all[len(all)/2].Code
	}
	return []SampleUser{
		{"kepala", "Ratna Dewi", account.Head, regency},
		{"kabid", "Firman Hadi", account.SectionHead, regency},
		{"verifikator", "Rahma Yuliani", account.Verifier, regency},
		{"operator", "Yusran Amir", account.Operator, regency},
		{"desa", "Zulkifli", account.VillageOperator, village},
		{"tksk", "Nurlela", account.FieldWorker, village.Kecamatan()},
		{"bendahara", "Hasnah Wati", account.Treasurer, regency},
		{"penyalur", "Hendra Saputra", account.Distributor, regency},
		{"penyalur2", "Yuliana", account.Distributor, regency},
		{"inspektorat", "Tarmizi", account.Auditor, regency},
		{"admin", "Sari Melati", account.Admin, regency},
	}
}

// AddSampleUsers creates the demo's accounts with their printed password.
func (a *App) AddSampleUsers(ctx context.Context) error {
	for i, u := range SampleUsers(a.Regency) {
		if err := a.addSampleUser(ctx, u, i); err != nil {
			return fmt.Errorf("pengguna contoh %s: %w", u.Username, err)
		}
	}
	return nil
}

// addSampleUser invents officer n: born in 1950, before any invented citizen
// with such a serial, so that no officer is somebody on a list.
func (a *App) addSampleUser(ctx context.Context, u SampleUser, n int) error {
	d := account.Details{Name: u.Name, Role: u.Role, Areas: []region.Code{u.Area}, Position: a.RoleName(u.Role),
		NIK: nik.NIK(fmt.Sprintf("%s99010150%04d", a.Regency, 9900+n)), KK: nik.KK(fmt.Sprintf("%s99010100%04d", a.Regency, 9900+n))}
	user, _, err := a.Invite(ctx, u.Username, d)
	if err != nil {
		return err
	}
	hash, err := account.NewPassword(ctx, u.Username, SamplePassword)
	if err != nil {
		return err
	}
	self := db.Actor{User: user, Name: u.Name, Role: string(u.Role), Scope: region.NewScope(a.Regency, u.Area)}
	return a.DB.Write(ctx, self, func(tx *db.Tx) error { return account.ChangePassword(ctx, tx, hash) })
}

// ActAs returns the actor of a user by log-in name, for the command line and
// the demo, which acts as the officers it invented.
func (a *App) ActAs(ctx context.Context, username string) (db.Actor, error) {
	u, found, err := account.UserByUsername(ctx, a.DB.Read(), username)
	if err != nil {
		return db.Actor{}, err
	}
	if !found || u.Regency != a.Regency || !u.Active {
		return db.Actor{}, fault.NewNotFound("app.no_user", username)
	}
	return db.Actor{User: u.ID, Name: u.Name, Role: string(u.Role), Scope: u.Scope}, nil
}
