// Package page is the kernel of every screen: routes with their permission,
// one request, typed pages, the layout, the components, the assets.
//
// It owns how things look and how a request fails; it refuses to know what a
// page is about: no rule, no SQL, no feature. A handler gets a *Request,
// returns an error, and renders a Page[T] whose template is checked against T
// by a test. Read kernel_test.go first.
package page
