package cluster

// Huge lets a test call parts of more than n records huge.
func (o Options) Huge(n int) Options {
	o.hugeFrom = n
	return o
}
