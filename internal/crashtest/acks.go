package crashtest

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"tepat/internal/id"
	"tepat/internal/money"
)

// Ack is one answer that the server gave: this money was handed over.
type Ack struct {
	ID      id.Handover  `json:"id"`
	Line    id.PayLine   `json:"line"`
	Amount  money.Rupiah `json:"amount"`
	Receipt string       `json:"receipt"`
}

// acks is the file of answers, one JSON object a line, each on disk before the
// next statement is sent.
type acks struct {
	mu   sync.Mutex
	file *os.File
}

func openAcks(path string) (*acks, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &acks{file: f}, nil
}

func (a *acks) add(k Ack) error {
	b, err := json.Marshal(k)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, err := a.file.Write(append(b, '\n')); err != nil {
		return err
	}
	return a.file.Sync()
}

func (a *acks) Close() error { return a.file.Close() }

// maxAcks bounds what Check reads into memory.
const maxAcks = 5_000_000

// readAcks reads a file of answers. A last line without its end was cut by a
// crash of the attacker himself and does not count.
func readAcks(path string) ([]Ack, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []Ack
	in := bufio.NewReader(f)
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		var k Ack
		if err := json.Unmarshal(line, &k); err != nil {
			return nil, fmt.Errorf("acks, line %d: %w", len(out)+1, err)
		}
		if out = append(out, k); len(out) > maxAcks {
			return nil, fmt.Errorf("acks: more than %d lines", maxAcks)
		}
	}
}
