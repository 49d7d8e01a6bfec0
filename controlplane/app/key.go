package app

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"picket/controlplane"
	"picket/filter/identify"
	picketv1 "picket/proto/picket/v1"
)

// hashKey is the secret of all hashes, as the register keeps it.
type hashKey struct {
	ID     uint32
	Secret []byte // 16 bytes
}

// newHashKey draws one.
func newHashKey() hashKey {
	return hashKey{ID: max(1, binary.LittleEndian.Uint32(randomBytes(4))), Secret: randomBytes(16)}
}

// sharedKey gives the key that all replicas share: the one in the register, or a new one that is put there.
func sharedKey(ctx context.Context, reg controlplane.Register) (identify.Key, *picketv1.Keys, error) {
	value, err := json.Marshal(newHashKey())
	if err != nil {
		return identify.Key{}, nil, fmt.Errorf("encode hash key: %w", err)
	}
	_, err = reg.Put(ctx, controlplane.KeyHash, value, 0)
	if errors.Is(err, controlplane.ErrConflict) {
		value, err = get(ctx, reg, controlplane.KeyHash)
	}
	if err != nil {
		return identify.Key{}, nil, fmt.Errorf("share hash key: %w", err)
	}
	var k hashKey
	if err := json.Unmarshal(value, &k); err != nil {
		return identify.Key{}, nil, fmt.Errorf("read hash key: %w", err)
	}
	key, ok := identify.NewKey(k.ID, k.Secret)
	if !ok {
		return identify.Key{}, nil, errors.New("read hash key: it is not 16 bytes with an id")
	}
	return key, &picketv1.Keys{Id: k.ID, Key: k.Secret}, nil
}

// get reads one key's value, which exists.
func get(ctx context.Context, reg controlplane.Register, key string) (value []byte, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	err = reg.Watch(ctx, func(e controlplane.Entry) error {
		if e.Key == key && !e.Deleted {
			value = append([]byte(nil), e.Value...)
		}
		return nil
	}, func(uint64) { stop() })
	if err == nil && value == nil {
		err = fmt.Errorf("%s is not in the register", key)
	}
	return value, err
}
