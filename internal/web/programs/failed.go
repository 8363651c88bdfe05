package programs

import (
	"tepat/internal/fault"
	"tepat/internal/web/page"
)

// failed marks what the rules object to in f. Besides Invalid it keeps a
// conflict about a field, such as a taken code, on the form; anything else
// comes back for the kernel.
func failed(r *page.Request, f *page.Form, err error) error {
	if x := fault.From(err); x != nil && x.Kind == fault.Conflict && x.Field != "" {
		f.Mark(x.Field, r.P().Fault(x))
		return nil
	}
	return f.Fail(r, err)
}
