package rig

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// ext4's shutdown ioctl and the flag by which it throws the journal's unwritten part away: what was
// not flushed by then is gone, as when the power goes (fs/ext4/ioctl.c, EXT4_IOC_SHUTDOWN).
const (
	ioctlShutdown = 0x8004587d
	noLogFlush    = 2
)

// Disk is a file system of its own in a file, which can lose its power.
type Disk struct {
	t     testing.TB
	image string
	// Dir is where it is mounted.
	Dir string
}

// NewDisk makes and mounts an ext4 file system. Where that is not possible the test is skipped, and
// says so.
func NewDisk(t testing.TB, mib int64) *Disk {
	t.Helper()
	base := t.TempDir()
	d := &Disk{t: t, image: filepath.Join(base, "disk"), Dir: filepath.Join(base, "mounted")}
	if why := d.make(mib); why != "" {
		t.Skipf("NO POWER CUTS ARE TESTED HERE: %s", why)
	}
	t.Cleanup(func() {
		if err := d.unmount(); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return d
}

func (d *Disk) make(mib int64) (why string) {
	if os.Geteuid() != 0 {
		return "mounting needs root"
	}
	if _, err := exec.LookPath("mkfs.ext4"); err != nil {
		return "mkfs.ext4 is not on this machine (install e2fsprogs)"
	}
	f, err := os.Create(d.image)
	if err != nil {
		return err.Error()
	}
	if err := errors.Join(f.Truncate(mib<<20), f.Close(), os.Mkdir(d.Dir, 0o700)); err != nil {
		return err.Error()
	}
	if out, err := exec.Command("mkfs.ext4", "-q", "-F", "-m", "0", d.image).CombinedOutput(); err != nil {
		return fmt.Sprintf("mkfs.ext4: %v %s", err, out)
	}
	if err := d.mount(); err != nil {
		return err.Error()
	}
	return ""
}

func (d *Disk) mount() error {
	out, err := exec.Command("mount", "-o", "loop", d.image, d.Dir).CombinedOutput()
	if err != nil {
		return fmt.Errorf("mount: %w %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

// unmount waits for the last writer's files to be let go.
func (d *Disk) unmount() error {
	var err error
	Wait(10*time.Second, func() bool {
		err = unix.Unmount(d.Dir, 0)
		return err == nil || errors.Is(err, unix.EINVAL)
	})
	if errors.Is(err, unix.EINVAL) { // it is not mounted
		return nil
	}
	return err
}

// Cut takes the power away: all that no flush has reached is lost, and every write fails from now on.
func (d *Disk) Cut() {
	d.t.Helper()
	f, err := os.Open(d.Dir)
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	if err := unix.IoctlSetPointerInt(int(f.Fd()), ioctlShutdown, noLogFlush); err != nil {
		d.t.Fatalf("cut the power: %v", err)
	}
}

// Restore brings the disk back as the cut left it. Its users must have ended.
func (d *Disk) Restore() {
	d.t.Helper()
	if err := errors.Join(d.unmount(), d.mount()); err != nil {
		d.t.Fatal(err)
	}
}

// ReadOnly makes the disk refuse writes, or take them again.
func (d *Disk) ReadOnly(yes bool) {
	d.t.Helper()
	mode := "remount,rw"
	if yes {
		mode = "remount,ro"
	}
	if out, err := exec.Command("mount", "-o", mode, d.Dir).CombinedOutput(); err != nil {
		d.t.Fatalf("mount -o %s: %v %s", mode, err, out)
	}
}

// NewRoom mounts a file system in memory that holds so many bytes, or skips the test.
func NewRoom(t testing.TB, size string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("NO FULL DISKS ARE TESTED HERE: mounting needs root")
	}
	dir := filepath.Join(t.TempDir(), "room")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+size+",mode=0700"); err != nil {
		t.Skipf("NO FULL DISKS ARE TESTED HERE: mount: %v", err)
	}
	t.Cleanup(func() {
		if !Wait(10*time.Second, func() bool { return unix.Unmount(dir, 0) == nil }) {
			t.Errorf("%s stays mounted", dir)
		}
	})
	return dir
}

// Freeze stops a process where it stands, all its threads, so that nothing leaves it any more: a
// machine without power says nothing either. It matters: a flush that is under way while the file
// system is shut down may be answered with success, although it did nothing.
func Freeze(t testing.TB, pid int) {
	t.Helper()
	if err := unix.Kill(pid, unix.SIGSTOP); err != nil {
		t.Fatalf("freeze process %d: %v", pid, err)
	}
	Until(t, "the process to stand still", func() bool {
		tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
		if err != nil {
			return true
		}
		for _, task := range tasks {
			stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/stat", pid, task.Name()))
			if err != nil {
				continue
			}
			// The state is the first word behind the program's name in brackets. D waits for the disk,
			// and stops before it is back in the program; Z has ended by itself.
			rest := string(stat[strings.LastIndexByte(string(stat), ')')+1:])
			if state := strings.Fields(rest); len(state) == 0 || !strings.Contains("TDZ", state[0]) {
				return false
			}
		}
		return true
	})
}
