// The shop's payment in Go: `payment service NAME --config FILE` is the service of that name, until
// SIGTERM.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

const (
	version = "1.0.0"
	stopMax = 2 * time.Second
	idleMax = 75 * time.Second
)

func main() {
	if len(os.Args) != 5 || os.Args[1] != "service" || os.Args[3] != "--config" {
		fmt.Fprintln(os.Stderr, "payment: service NAME --config FILE")
		os.Exit(2)
	}
	if err := run(os.Args[2], os.Args[4]); err != nil {
		fmt.Fprintln(os.Stderr, "payment:", err)
		os.Exit(1)
	}
}

func run(name, path string) error {
	config, err := loadConfig(path)
	if err != nil {
		return err
	}
	who, err := config.find(name)
	if err != nil {
		return err
	}
	slog.SetDefault(newLog(who))
	tracing, err := newTracing(config.OTLP, config.Sampling, who)
	if err != nil {
		return err
	}
	service := newService(config.Admin.Token, tracing)
	if err := service.knobs.set(config.keptKnobs(name)); err != nil {
		slog.Warn("kept knobs do not fit", "reason", err.Error())
	}
	server := &http.Server{
		Addr:              net.JoinHostPort("127.0.0.1", strconv.Itoa(who.Port)),
		Handler:           service.handler(),
		ReadHeaderTimeout: idleMax,
		IdleTimeout:       idleMax,
		ErrorLog:          slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
	stopped := stopAtSignal(server)
	slog.Info("the service listens", "port", who.Port)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	<-stopped
	flush, cancel := context.WithTimeout(context.Background(), stopMax)
	defer cancel()
	err = tracing.provider.Shutdown(flush)
	slog.Info("the service stops")
	return err
}

// stopAtSignal lets requests that are under way finish; closed when none is left.
func stopAtSignal(server *http.Server) <-chan struct{} {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-signals
		patience, cancel := context.WithTimeout(context.Background(), stopMax)
		defer cancel()
		if server.Shutdown(patience) != nil {
			server.Close()
		}
	}()
	return stopped
}
