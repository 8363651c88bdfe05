package account

import (
	"context"
	"fmt"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/i18n"
	"tepat/internal/id"
	"tepat/internal/region"
)

// Events of this package.
const (
	EventInvited         = "user.invited"
	EventChanged         = "user.changed"
	EventDeactivated     = "user.deactivated"
	EventActivated       = "user.activated"
	EventReset           = "user.password_reset"
	EventPasswordChanged = "user.password_changed"
	EventSignedIn        = "user.signed_in"
	EventRefused         = "user.refused"
	EventDeclared        = "relative.declared"
	EventWithdrawn       = "relative.withdrawn"
	EventExported        = "user.exported"
)

// grant is what the ledger keeps of a user; NIK and KK mask themselves.
type grant struct {
	Say      []string `json:"say,omitempty"`
	Username string   `json:"username"`
	Name     string   `json:"name"`
	Role     Role     `json:"role"`
	Areas    string   `json:"areas"`
	Position string   `json:"position,omitempty"`
	NIP      string   `json:"nip,omitempty"`
	NIK      string   `json:"nik,omitempty"`
	KK       string   `json:"kk,omitempty"`
}

func grantOf(username string, d Details, scope region.Scope) grant {
	return grant{nil, username, d.Name, d.Role, encodeAreas(scope), d.Position, d.NIP, d.NIK.String(), d.KK.String()}
}

// Invite creates a user with a one-time password. It fails with an Invalid
// fault at the field, or Denied when the actor may not grant this.
func Invite(ctx context.Context, tx *db.Tx, username string, d Details, pass OneTime) (id.User, error) {
	username = CleanUsername(username)
	if err := checkUsername(username); err != nil {
		return "", err
	}
	scope, err := mayGrant(ctx, tx, "", &d)
	if err != nil {
		return "", err
	}
	user := id.User(tx.NewID())
	n, err := tx.Exec(ctx, "INSERT INTO login_name (username, regency, user_id) VALUES ($1, $2, $3) ON CONFLICT (username) DO NOTHING",
		username, tx.Actor.Regency(), string(user))
	if err != nil {
		return "", fmt.Errorf("account.Invite: %w", err)
	}
	if n == 0 {
		return "", fault.NewInvalid("account.username_taken", username).At("username")
	}
	err = tx.Insert(ctx, userTable, string(user), username, d.Name, string(d.Role), encodeAreas(scope), d.Position, d.NIP,
		d.NIK.Reveal(), d.KK.Reveal(), pass.Hash.phc, bit(true), bit(true), i18n.Default, int64(1), tx.Now, tx.Now)
	if db.IsUnique(err) {
		return "", fault.NewInvalid("account.nik_held").At("nik").Because(err)
	}
	if err != nil {
		return "", fmt.Errorf("account.Invite: %w", err)
	}
	g := grantOf(username, d, scope)
	g.Say = []string{d.Name}
	return user, tx.Record(EventInvited, string(user), "", g)
}

// Change rewrites the details of user, who stood at version when the
// administrator saw him. The old working area stays in the ledger. It takes
// effect on the user's next request.
func Change(ctx context.Context, tx *db.Tx, user id.User, version int64, d Details) error {
	old, err := target(ctx, tx, user)
	if err != nil {
		return err
	}
	scope, err := mayGrant(ctx, tx, user, &d)
	if err != nil {
		return err
	}
	if old.Role == Admin && d.Role != Admin {
		if err := keepAnAdmin(ctx, tx, user); err != nil {
			return err
		}
	}
	n, err := tx.Exec(ctx, `UPDATE user_account SET name = $1, role = $2, areas = $3, position = $4, nip = $5, nik = $6, kk = $7,
		version = version + 1, changed_at = $8 WHERE regency = $9 AND id = $10 AND version = $11`,
		d.Name, string(d.Role), encodeAreas(scope), d.Position, d.NIP, d.NIK.Reveal(), d.KK.Reveal(),
		tx.Now, tx.Actor.Regency(), string(user), version)
	if db.IsUnique(err) {
		return fault.NewInvalid("account.nik_held").At("nik").Because(err)
	}
	if err := moved(n, err); err != nil {
		return err
	}
	tx.Touch(userTable, string(user))
	was := Details{old.Name, old.Role, nil, old.Position, old.NIP, old.NIK, old.KK}
	return tx.Record(EventChanged, string(user), "", struct {
		Say []string `json:"say"`
		Old grant    `json:"old"`
		New grant    `json:"new"`
	}{[]string{d.Name}, grantOf(old.Username, was, old.Scope), grantOf(old.Username, d, scope)})
}

// Deactivate closes the account and ends its sessions; nothing is deleted. The
// last active administrator stays.
func Deactivate(ctx context.Context, tx *db.Tx, user id.User, version int64) error {
	old, err := target(ctx, tx, user)
	if err != nil {
		return err
	}
	if !old.Active {
		return fault.NewConflict("account.already_inactive", old.Name)
	}
	if old.Role == Admin {
		if err := keepAnAdmin(ctx, tx, user); err != nil {
			return err
		}
	}
	if err := moved(tx.Exec(ctx, `UPDATE user_account SET active = 0, version = version + 1, changed_at = $1
		WHERE regency = $2 AND id = $3 AND version = $4`, tx.Now, tx.Actor.Regency(), string(user), version)); err != nil {
		return err
	}
	tx.Touch(userTable, string(user))
	if err := endSessions(ctx, tx, user); err != nil {
		return err
	}
	return tx.Record(EventDeactivated, string(user), "", said(old.Name, "username", old.Username))
}

// Activate opens a closed account again, with a new one-time password: nobody
// knows who has read the old one meanwhile.
func Activate(ctx context.Context, tx *db.Tx, user id.User, version int64, pass OneTime) error {
	old, err := target(ctx, tx, user)
	if err != nil {
		return err
	}
	if old.Active {
		return fault.NewConflict("account.already_active", old.Name)
	}
	if held, err := nikHeld(ctx, tx, old.Regency, old.NIK, user); err != nil || held {
		return orFault(err, fault.NewConflict("account.nik_held"))
	}
	return renew(ctx, tx, old, version, pass, EventActivated)
}

// ResetPassword replaces the password of user by a one-time password, ends his
// sessions and forgives his failed attempts.
func ResetPassword(ctx context.Context, tx *db.Tx, user id.User, version int64, pass OneTime) error {
	old, err := target(ctx, tx, user)
	if err != nil {
		return err
	}
	if !old.Active {
		return fault.NewConflict("account.inactive", old.Name)
	}
	return renew(ctx, tx, old, version, pass, EventReset)
}

func renew(ctx context.Context, tx *db.Tx, old userRow, version int64, pass OneTime, kind string) error {
	user := string(old.ID)
	if err := moved(tx.Exec(ctx, `UPDATE user_account SET password_hash = $1, must_change = 1, active = 1,
		version = version + 1, changed_at = $2 WHERE regency = $3 AND id = $4 AND version = $5`,
		pass.Hash.phc, tx.Now, tx.Actor.Regency(), user, version)); err != nil {
		return err
	}
	tx.Touch(userTable, user)
	if err := endSessions(ctx, tx, old.ID); err != nil {
		return err
	}
	if err := forgive(ctx, tx, old.Username); err != nil {
		return err
	}
	return tx.Record(kind, user, "", said(old.Name, "username", old.Username))
}

// ChangePassword stores the actor's own new password and ends his sessions; the
// rim starts a new one. Gate.Confirm has checked the old password before.
func ChangePassword(ctx context.Context, tx *db.Tx, pass Hash) error {
	user := tx.Actor.User
	n, err := tx.Exec(ctx, `UPDATE user_account SET password_hash = $1, must_change = 0, version = version + 1, changed_at = $2
		WHERE regency = $3 AND id = $4 AND active = 1`, pass.phc, tx.Now, tx.Actor.Regency(), string(user))
	if err != nil {
		return fmt.Errorf("account.ChangePassword: %w", err)
	}
	if n == 0 {
		return fault.NewNotFound("account.not_found")
	}
	tx.Touch(userTable, string(user))
	if err := endSessions(ctx, tx, user); err != nil {
		return err
	}
	return tx.Record(EventPasswordChanged, string(user), "", said(tx.Actor.Name))
}

// ChangeLang stores the language of the actor's own pages.
func ChangeLang(ctx context.Context, tx *db.Tx, lang string) error {
	lang = CleanLang(lang)
	n, err := tx.Exec(ctx, "UPDATE user_account SET lang = $1 WHERE regency = $2 AND id = $3 AND lang <> $1",
		lang, tx.Actor.Regency(), string(tx.Actor.User))
	if err != nil {
		return fmt.Errorf("account.ChangeLang: %w", err)
	}
	if n == 0 {
		tx.Unchanged()
		return nil
	}
	tx.Touch(userTable, string(tx.Actor.User))
	return tx.Record(EventChanged, string(tx.Actor.User), "", said(tx.Actor.Name, "lang", lang))
}

// said is a payload whose sentence in the catalogue takes who; pairs are names
// and values beside it.
func said(who string, pairs ...any) map[string]any {
	m := map[string]any{"say": []string{who}}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return m
}

// Exported records that the actor took the list of users out as a file; hash is
// the one that the file itself names.
func Exported(tx *db.Tx, format string, rows int64, hash string) error {
	return tx.Record(EventExported, "", "", said(tx.Actor.Name, "format", format, "rows", rows, "sha256", hash))
}

// mayManage lets administrators pass, and the system itself: an actor without
// a user but with an area. A visitor has neither.
func mayManage(tx *db.Tx) error {
	if tx.Actor.Scope.IsZero() {
		return fault.NewDenied("account.not_manager")
	}
	if tx.Actor.User != "" && !Role(tx.Actor.Role).May(UserManage) {
		return fault.NewDenied("account.not_manager")
	}
	return nil
}

// target returns the user that the actor is about to change. Nobody changes
// himself, and nobody reaches beyond his own area.
func target(ctx context.Context, tx *db.Tx, user id.User) (userRow, error) {
	if err := mayManage(tx); err != nil {
		return userRow{}, err
	}
	row, found, err := userByID(ctx, tx, tx.Actor.Scope.Regency(), user)
	if err != nil {
		return userRow{}, err
	}
	if !found {
		return userRow{}, fault.NewNotFound("account.not_found")
	}
	if user == tx.Actor.User {
		return userRow{}, fault.NewDenied("account.not_self")
	}
	if !tx.Actor.Scope.Covers(row.user().Scope) {
		return userRow{}, fault.NewDenied("account.area_above")
	}
	u := row.user()
	row.User = u
	return row, nil
}

// mayGrant checks d and returns the working area it asks for. The actor gives
// nothing wider than his own area, and nothing to himself under another name.
func mayGrant(ctx context.Context, tx *db.Tx, user id.User, d *Details) (region.Scope, error) {
	if err := mayManage(tx); err != nil {
		return region.Scope{}, err
	}
	if err := d.check(); err != nil {
		return region.Scope{}, err
	}
	scope, err := scopeFor(d.Role, tx.Actor.Scope.Regency(), d.Areas)
	if err != nil {
		return region.Scope{}, err
	}
	if !tx.Actor.Scope.Covers(scope) {
		return region.Scope{}, fault.NewDenied("account.area_above")
	}
	own, found, err := userByID(ctx, tx, tx.Actor.Scope.Regency(), tx.Actor.User)
	if err != nil {
		return region.Scope{}, err
	}
	if found && d.NIK != "" && own.NIK == d.NIK {
		return region.Scope{}, fault.NewDenied("account.not_self")
	}
	if held, err := nikHeld(ctx, tx, tx.Actor.Scope.Regency(), d.NIK, user); err != nil || held {
		return region.Scope{}, orFault(err, fault.NewInvalid("account.nik_held").At("nik"))
	}
	return scope, nil
}

// keepAnAdmin fails when user is the last active administrator. The update
// changes nothing but locks the administrators on PostgreSQL, so that two of
// them cannot remove each other in the same moment.
func keepAnAdmin(ctx context.Context, tx *db.Tx, user id.User) error {
	if _, err := tx.Exec(ctx, "UPDATE user_account SET role = role WHERE regency = $1 AND role = $2 AND active = 1",
		tx.Actor.Regency(), string(Admin)); err != nil {
		return fmt.Errorf("account.keepAnAdmin: %w", err)
	}
	_, found, err := db.One(ctx, tx, db.Self[string],
		"SELECT id FROM user_account WHERE regency = $1 AND role = $2 AND active = 1 AND id <> $3 LIMIT 1",
		tx.Actor.Regency(), string(Admin), string(user))
	if err != nil {
		return fmt.Errorf("account.keepAnAdmin: %w", err)
	}
	if !found {
		return fault.NewConflict("account.last_admin")
	}
	return nil
}

// moved turns an update that met no row into a conflict: somebody was faster.
func moved(n int64, err error) error {
	if err != nil {
		return fault.Wrap("account", err)
	}
	if n == 0 {
		return fault.NewConflict("account.moved")
	}
	return nil
}

func orFault(err error, f *fault.Fault) error {
	if err != nil {
		return err
	}
	return f
}
